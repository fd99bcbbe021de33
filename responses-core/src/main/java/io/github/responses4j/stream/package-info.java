/** The state machine that orders and numbers events and folds them into a response. */
@NullMarked
package io.github.responses4j.stream;

import org.jspecify.annotations.NullMarked;
