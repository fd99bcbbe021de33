/** The contract of an inference backend: what it is asked, what it reports, how it is cancelled. */
@NullMarked
package io.github.responses4j.backend;

import org.jspecify.annotations.NullMarked;
