package io.github.responses4j.backends;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.tool.Cancellation;
import java.io.IOException;
import java.util.List;

/**
 * A backend that speaks to another server of {@code /v1/responses}. Items go up as they are, encrypted reasoning included; nothing is
 * kept there. Items of tools that the upstream runs itself come back whole.
 */
public final class ResponsesBackend implements Backend, AutoCloseable {
    private final UpstreamClient client;

    private ResponsesBackend(UpstreamClient client) {
        this.client = client;
    }

    /**
     * Starts a backend.
     *
     * @param baseUrl the address that {@code responses} is put behind, such as {@code http://127.0.0.1:8000/v1}; a server's bare address
     *     means its {@code /v1}
     */
    public static Builder builder(String baseUrl) {
        return new Builder(baseUrl);
    }

    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        byte[] body = ResponsesRequestWriter.write(request);
        client.upstream()
                .as(request.settings())
                .post(
                        "responses",
                        body,
                        request.stream(),
                        cancellation,
                        answer -> read(answer, new ResponsesStreamReader(sink), sink));
    }

    private static void read(Upstream.Answer answer, ResponsesStreamReader reader, ModelEventSink sink)
            throws IOException {
        if (answer.isWhole()) {
            reader.whole(WireJson.tree(answer.body()));
            return;
        }
        answer.events(sink, reader::event);
        if (!reader.hasEnded()) {
            throw UpstreamFailures.broken("The model backend's answer broke off", null);
        }
    }

    @Override
    public List<String> models() {
        return client.models();
    }

    /** Closes the backend's own connections; a transport that it was given stays open. */
    @Override
    public void close() {
        client.close();
    }

    /** Builds a {@link ResponsesBackend}; for one thread. */
    public static final class Builder {
        private final UpstreamClient.Setup setup;

        private Builder(String baseUrl) {
            this.setup = new UpstreamClient.Setup(baseUrl);
        }

        /** Sends a key with every request, as {@code Authorization: Bearer}. */
        public Builder apiKey(String key) {
            return header("Authorization", "Bearer " + key);
        }

        /** Sends a header with every request. */
        public Builder header(String name, String value) {
            setup.header(name, value);
            return this;
        }

        /** Uses connections that others use too; the backend has its own unless set. */
        public Builder transport(HttpTransport shared) {
            setup.transport(shared);
            return this;
        }

        /**
         * The backend.
         *
         * @throws IllegalArgumentException if the address is no HTTP URL
         */
        public ResponsesBackend build() {
            return new ResponsesBackend(setup.build());
        }
    }
}
