/** What goes in and what comes out: requests, responses, usage, errors. */
@NullMarked
package io.github.responses4j.response;

import org.jspecify.annotations.NullMarked;
