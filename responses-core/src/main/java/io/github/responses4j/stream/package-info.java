/** The order of things: the lifecycle table, the numbering of events, folding events into a response. */
@NullMarked
package io.github.responses4j.stream;

import org.jspecify.annotations.NullMarked;
