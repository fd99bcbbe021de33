package io.github.responses4j.backends;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendException.Kind;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.tool.Cancellation;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import okhttp3.Call;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/** One upstream server: asks it, once more if it has not answered at all, and hands its answer to a reader on the same thread. */
final class Upstream {
    private static final MediaType JSON = MediaType.get("application/json");
    private static final String EVENTS = "text/event-stream";

    private final HttpTransport transport;
    private final HttpUrl base;
    private final Headers headers;

    Upstream(HttpTransport transport, HttpUrl base, Map<String, String> headers) {
        this(transport, base, Headers.of(headers));
    }

    private Upstream(HttpTransport transport, HttpUrl base, Headers headers) {
        this.transport = transport;
        this.base = base;
        this.headers = headers;
    }

    /** The same upstream, spoken to with the key that the request brings, if it brings one. */
    Upstream as(ResponseRequest request) {
        String key = request.providerKey();
        return key == null
                ? this
                : new Upstream(
                        transport,
                        base,
                        headers.newBuilder()
                                .set("Authorization", "Bearer " + key)
                                .build());
    }

    /** The address of an API: a server's bare address means its {@code /v1}, as is the custom. */
    static HttpUrl baseOf(String url) {
        HttpUrl given = HttpUrl.get(url);
        boolean bare = given.pathSize() == 1 && given.pathSegments().get(0).isEmpty();
        return bare ? given.newBuilder().addPathSegment("v1").build() : given;
    }

    /**
     * Posts a body and has the answer read.
     *
     * @throws BackendException if the upstream fails, or is cancelled
     */
    void post(String path, byte[] body, boolean stream, Cancellation cancellation, Reading reading) {
        Request.Builder request = request(path).post(RequestBody.create(body, JSON));
        if (stream) {
            // Compression would hold events back.
            request.header("Accept", EVENTS + ", application/json").header("Accept-Encoding", "identity");
        } else {
            request.header("Accept", "application/json");
        }
        run(request.build(), transport.client(stream), cancellation, reading);
    }

    /**
     * Gets something and has it read.
     *
     * @throws BackendException if the upstream fails
     */
    void get(String path, Reading reading) {
        run(request(path).get().build(), transport.client(true), new Cancellation(), reading);
    }

    private Request.Builder request(String path) {
        return new Request.Builder()
                .url(base.newBuilder().addPathSegments(path).build())
                .headers(headers);
    }

    private void run(Request request, OkHttpClient client, Cancellation cancellation, Reading reading) {
        for (int retries = 0; ; retries++) {
            Failure failure = attempt(client.newCall(request), cancellation, reading);
            if (failure == null) {
                return;
            }
            Duration pause = failure.passing() ? transport.retries().pause(retries, failure.why()) : null;
            if (pause == null) {
                throw failure.why();
            }
            sleep(pause, cancellation);
        }
    }

    // Gives the failure if nothing of an answer was heard; throws once something was.
    private @Nullable Failure attempt(Call call, Cancellation cancellation, Reading reading) {
        Cancellation.Registration hook = cancellation.onCancel(call::cancel);
        try {
            Response response;
            try {
                response = call.execute();
            } catch (IOException e) {
                return failure(UpstreamFailures.ofException(e, false), false, cancellation);
            }
            try (response) {
                if (!response.isSuccessful()) {
                    int status = response.code();
                    boolean passing = status == 408 || status == 429 || (status >= 500 && status != 501);
                    return failure(UpstreamFailures.ofStatus(response, transport.retries()), passing, cancellation);
                }
                read(call, new Answer(response, transport), reading);
                return null;
            } catch (IOException e) {
                throw failure(UpstreamFailures.ofException(e, true), false, cancellation)
                        .why();
            }
        } finally {
            hook.close();
        }
    }

    private static void read(Call call, Answer answer, Reading reading) throws IOException {
        boolean good = false;
        try {
            reading.read(answer);
            good = true;
        } finally {
            if (!good) {
                // Closing alone would read on for a while, to use the connection again.
                call.cancel();
            }
        }
    }

    private static Failure failure(BackendException why, boolean passing, Cancellation cancellation) {
        if (cancellation.isCancelled() || Thread.currentThread().isInterrupted()) {
            return new Failure(UpstreamFailures.cancelled(why.getCause()), false);
        }
        return new Failure(why, passing || why.kind() == Kind.UNREACHABLE);
    }

    /**
     * Nothing of an answer was heard.
     *
     * @param why what went wrong
     * @param passing whether another attempt may fare better
     */
    private record Failure(BackendException why, boolean passing) {}

    private void sleep(Duration pause, Cancellation cancellation) {
        try {
            transport.sleeper().sleep(pause, cancellation);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw UpstreamFailures.cancelled(e);
        }
        if (cancellation.isCancelled()) {
            throw UpstreamFailures.cancelled(null);
        }
    }

    /** Reads an answer. */
    @FunctionalInterface
    interface Reading {
        /** Takes an answer of a good status. */
        void read(Answer answer) throws IOException;
    }

    /**
     * An answer of a good status, its body still to be read.
     *
     * @param response the answer
     * @param transport where it comes from
     */
    record Answer(Response response, HttpTransport transport) {
        BufferedSource source() {
            return response.body().source();
        }

        /** Whether another thread reads the socket, for several answers at once. */
        boolean multiplexed() {
            return response.protocol() == Protocol.HTTP_2 || response.protocol() == Protocol.H2_PRIOR_KNOWLEDGE;
        }

        /** Whether the end of the body can be told from a connection that was cut. */
        boolean endIsMarked() {
            return multiplexed()
                    || response.header("Content-Length") != null
                    || "chunked".equalsIgnoreCase(response.header("Transfer-Encoding"));
        }

        /** Whether the body is one JSON value and no stream: as it says itself, or else as was asked for. */
        boolean isWhole() {
            String type = String.valueOf(response.header("Content-Type")).toLowerCase(Locale.ROOT);
            String asked = String.valueOf(response.request().header("Accept"));
            return type.startsWith("application/json") || (!type.startsWith(EVENTS) && !asked.startsWith(EVENTS));
        }

        /** The whole body. */
        byte[] body() throws IOException {
            long limit = transport.maxAnswerBytes();
            BufferedSource source = source();
            if (source.request(limit + 1)) {
                throw new ProtocolException("the answer is too long");
            }
            return source.readByteArray();
        }

        /** Hands each event of the stream to a reader until it wants no more; false if the stream ended before. */
        boolean events(ModelEventSink sink, EventReading reading) throws IOException {
            EventLines lines = new EventLines(this, sink);
            SocketReads.Hook hook = SocketReads.hang(lines);
            try {
                while (lines.next()) {
                    if (!reading.read(lines)) {
                        return true;
                    }
                }
                return false;
            } finally {
                hook.close();
            }
        }
    }

    /** Reads an event. */
    @FunctionalInterface
    interface EventReading {
        /** Takes an event's data; false if nothing more is wanted. */
        boolean read(EventLines event) throws IOException;
    }
}
