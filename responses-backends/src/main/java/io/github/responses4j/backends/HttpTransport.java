package io.github.responses4j.backends;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import okhttp3.ConnectionPool;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * The connections that backends speak over. A backend makes its own unless it is given one; several backends may share one. Safe
 * from any thread, never logs keys or bodies, follows no redirects.
 */
public final class HttpTransport implements AutoCloseable {
    private final OkHttpClient streaming;
    private final OkHttpClient whole;
    private final Duration firstByte;
    private final Duration idle;
    private final long maxAnswerBytes;
    private final Sleeper sleeper;
    private final RetryPolicy retries;

    private HttpTransport(Builder builder) {
        OkHttpClient.Builder http = builder.custom.apply(new OkHttpClient.Builder()
                .connectTimeout(builder.connect)
                .writeTimeout(builder.idle)
                .connectionPool(new ConnectionPool(builder.maxIdleConnections, 30, TimeUnit.SECONDS)));
        this.streaming = http.socketFactory(new SocketReads())
                .followRedirects(false)
                .followSslRedirects(false)
                .callTimeout(Duration.ZERO)
                .addNetworkInterceptor(HttpTransport::unrepeated)
                .readTimeout(builder.firstByte)
                .build();
        this.whole = streaming.newBuilder().readTimeout(builder.answer).build();
        this.firstByte = builder.firstByte;
        this.idle = builder.idle;
        this.maxAnswerBytes = builder.maxAnswerBytes;
        this.sleeper = builder.sleeper;
        this.retries = builder.retries;
    }

    /** A transport with the values that {@link Builder} states. */
    public static HttpTransport create() {
        return builder().build();
    }

    /** Starts a transport. */
    public static Builder builder() {
        return new Builder();
    }

    /** Closes the connections that are idle; those in use close when their answer ends. May be called more than once. */
    @Override
    public void close() {
        streaming.connectionPool().evictAll();
        streaming.dispatcher().executorService().shutdown();
    }

    // OkHttp would repeat these requests by itself, beside the policy here.
    private static Response unrepeated(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        if (response.code() == 408) {
            return response.newBuilder().code(504).build();
        }
        return response.code() == 503 && "0".equals(response.header("Retry-After"))
                ? response.newBuilder().removeHeader("Retry-After").build()
                : response;
    }

    OkHttpClient client(boolean stream) {
        return stream ? streaming : whole;
    }

    Duration firstByte() {
        return firstByte;
    }

    Duration idle() {
        return idle;
    }

    long maxAnswerBytes() {
        return maxAnswerBytes;
    }

    Sleeper sleeper() {
        return sleeper;
    }

    RetryPolicy retries() {
        return retries;
    }

    /** Builds an {@link HttpTransport}; for one thread. */
    public static final class Builder {
        private Duration connect = Duration.ofSeconds(5);
        private Duration firstByte = Duration.ofMinutes(2);
        private Duration idle = Duration.ofSeconds(60);
        private Duration answer = Duration.ofMinutes(10);
        private int maxIdleConnections = 32;
        private long maxAnswerBytes = 64L << 20;
        private UnaryOperator<OkHttpClient.Builder> custom = UnaryOperator.identity();
        private Sleeper sleeper = Sleeper.real();
        private RetryPolicy retries =
                new RetryPolicy(() -> ThreadLocalRandom.current().nextDouble(), Clock.systemUTC());

        private Builder() {}

        /** How long connecting may take; 5 seconds unless set. */
        public Builder connectTimeout(Duration timeout) {
            this.connect = timeout;
            return this;
        }

        /** How long a streaming upstream may take until its first event; 120 seconds unless set. */
        public Builder firstByteTimeout(Duration timeout) {
            this.firstByte = timeout;
            return this;
        }

        /** How long a streaming upstream may be silent between two events, comments not counted; 60 seconds unless set. */
        public Builder idleTimeout(Duration timeout) {
            this.idle = timeout;
            return this;
        }

        /** How long an upstream that does not stream may take to begin its answer; 600 seconds unless set. */
        public Builder answerTimeout(Duration timeout) {
            this.answer = timeout;
            return this;
        }

        /** How many idle connections are kept, each for at most 30 seconds; 32 unless set. */
        public Builder maxIdleConnections(int connections) {
            this.maxIdleConnections = connections;
            return this;
        }

        /** How many bytes one answer may have; 64 MiB unless set. */
        public Builder maxAnswerBytes(long bytes) {
            this.maxAnswerBytes = bytes;
            return this;
        }

        /**
         * Changes what else the client has: a proxy, certificates, an interceptor. The socket factory, redirects, read timeout and call
         * timeout stay the transport's.
         */
        public Builder customize(UnaryOperator<OkHttpClient.Builder> change) {
            this.custom = change;
            return this;
        }

        Builder sleeper(Sleeper value) {
            this.sleeper = value;
            return this;
        }

        Builder retries(RetryPolicy value) {
            this.retries = value;
            return this;
        }

        /** The transport. */
        public HttpTransport build() {
            return new HttpTransport(this);
        }
    }
}
