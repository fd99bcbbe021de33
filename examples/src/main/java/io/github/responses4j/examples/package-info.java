/** Small programs that show the library in use. */
@NullMarked
package io.github.responses4j.examples;

import org.jspecify.annotations.NullMarked;
