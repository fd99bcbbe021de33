/** The engine as HTTP, server-sent events and WebSocket. */
@NullMarked
package io.github.responses4j.http;

import org.jspecify.annotations.NullMarked;
