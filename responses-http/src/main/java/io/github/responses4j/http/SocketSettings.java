package io.github.responses4j.http;

import java.time.Clock;
import java.time.Duration;

/**
 * How long a WebSocket connection may be there.
 *
 * @param clock tells the time
 * @param limit how old a connection may become
 */
record SocketSettings(Clock clock, Duration limit) {}
