package io.github.responses4j.http;

import io.github.responses4j.codec.Profile;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How requests are served.
 *
 * @param keys who may call
 * @param profile what answers look like unless the caller says otherwise
 * @param body how bodies are read
 * @param heartbeat after how much silence a stream shows a sign of life; zero for never
 * @param writePatience how long a client may read nothing at all
 * @param watchPeers whether to notice clients that go away while nothing is written
 * @param sockets how long a WebSocket connection may be there
 * @param guard keeps web pages of strangers away; null lets everything pass
 */
record HandlerSettings(
        KeyRing keys,
        Profile profile,
        BodyReader body,
        Duration heartbeat,
        Duration writePatience,
        boolean watchPeers,
        SocketSettings sockets,
        @Nullable OriginGuard guard) {}
