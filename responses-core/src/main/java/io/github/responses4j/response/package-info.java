/** Requests, responses, usage and the errors of the library. */
@NullMarked
package io.github.responses4j.response;

import org.jspecify.annotations.NullMarked;
