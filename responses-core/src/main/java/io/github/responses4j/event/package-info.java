/** What a stream may contain; nothing about how it is made. */
@NullMarked
package io.github.responses4j.event;

import org.jspecify.annotations.NullMarked;
