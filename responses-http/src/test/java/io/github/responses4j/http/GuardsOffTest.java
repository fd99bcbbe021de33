package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.Backend;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** G13: what keeps the promises of the wire, each switched off once; a check that holds with it must fail without it. */
class GuardsOffTest {
    private static final String STREAM = "{\"model\":\"m\",\"input\":\"Hi\",\"stream\":true}";
    private static final int PATIENCE_MILLIS = 20_000;
    /** Enough to see that something does not happen; where a guard is on it has the patience above. */
    private static final int SHORT_MILLIS = 500;

    /** One guard. */
    enum Guard {
        /** A body has a size. */
        BODY_CAP {
            @Override
            ResponsesHandler.Builder set(ResponsesHandler.Builder handler, boolean on) {
                return on ? handler.maxBodyBytes(1_000) : handler;
            }

            @Override
            void check(boolean on, int patience) {
                try (TestServer server = server(on, TestServer.saying("Hi"))) {
                    assertThat(server.post(STREAM.replace("Hi", "Hi".repeat(1_000)))
                                    .status())
                            .isEqualTo(413);
                }
            }
        },
        /** Who calls has a key. */
        API_KEY {
            @Override
            ResponsesHandler.Builder set(ResponsesHandler.Builder handler, boolean on) {
                return on ? handler.apiKey("key") : handler;
            }

            @Override
            void check(boolean on, int patience) {
                try (TestServer server = server(on, TestServer.saying("Hi"))) {
                    assertThat(server.post(STREAM).status()).isEqualTo(401);
                }
            }
        },
        /** A stream that is silent shows that it lives. */
        HEARTBEAT {
            @Override
            ResponsesHandler.Builder set(ResponsesHandler.Builder handler, boolean on) {
                return handler.heartbeat(on ? Duration.ofMillis(10) : Duration.ZERO);
            }

            @Override
            void check(boolean on, int patience) {
                Silent model = new Silent();
                try (TestServer server = server(on, model.backend());
                        Wire client = server.connect().patience(patience)) {
                    client.request("POST", "/v1/responses", STREAM);
                    StreamTest.await(model.begun);
                    client.head();
                    client.chunksUntil(": keepalive\n\n");
                } catch (UncheckedIOException nothingCame) {
                    throw new AssertionError(nothingCame);
                }
            }
        },
        /** Nobody works for a client that has gone. */
        PEER_WATCH {
            @Override
            ResponsesHandler.Builder set(ResponsesHandler.Builder handler, boolean on) {
                return handler.heartbeat(Duration.ZERO).watchPeers(on);
            }

            @Override
            void check(boolean on, int patience) {
                Silent model = new Silent();
                try (TestServer server = server(on, model.backend())) {
                    try (Wire client = server.connect()) {
                        client.request("POST", "/v1/responses", STREAM);
                        StreamTest.await(model.begun);
                    }
                    assertThat(model.isCancelled(patience)).isTrue();
                }
            }
        },
        /** Nobody waits for a client that does not read. */
        WRITE_TIMEOUT {
            @Override
            ResponsesHandler.Builder set(ResponsesHandler.Builder handler, boolean on) {
                return on ? handler.writeTimeout(Duration.ofMillis(200)) : handler;
            }

            @Override
            void check(boolean on, int patience) {
                CountDownLatch cancelled = new CountDownLatch(1);
                try (TestServer server = server(on, TestServer.endless(100_000, cancelled));
                        Wire client = server.connect().receiveBuffer(4096)) {
                    client.request("POST", "/v1/responses", STREAM);
                    assertThat(await(cancelled, patience)).isTrue();
                }
            }
        };

        /** Switches it. */
        abstract ResponsesHandler.Builder set(ResponsesHandler.Builder handler, boolean on);

        /** Fails if the promise is not kept. */
        abstract void check(boolean on, int patience);

        TestServer server(boolean on, Backend backend) {
            return TestServer.of(
                    TestServer.engine(backend).build(),
                    handler -> set(handler, on),
                    // What is not noticed is not waited for.
                    http -> http.stopTimeout(Duration.ofMillis(100)));
        }
    }

    /** A model that says nothing until it is cancelled. */
    private static final class Silent {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch cancelled = new CountDownLatch(1);

        Backend backend() {
            return (request, sink, cancellation) -> {
                cancellation.onCancel(cancelled::countDown);
                begun.countDown();
                StreamTest.await(cancelled);
            };
        }

        boolean isCancelled(int patience) {
            return GuardsOffTest.await(cancelled, patience);
        }
    }

    private static boolean await(CountDownLatch latch, int millis) {
        try {
            return latch.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGuardThatIsOffIsMissed(Guard guard) {
        guard.check(true, PATIENCE_MILLIS);
        assertThatThrownBy(() -> guard.check(false, SHORT_MILLIS)).isInstanceOf(AssertionError.class);
    }
}
