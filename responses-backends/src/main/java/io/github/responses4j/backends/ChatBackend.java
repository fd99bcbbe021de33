package io.github.responses4j.backends;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.Cancellation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A backend that speaks to any server of {@code /v1/chat/completions}. Messages, tools, custom tools (as functions with one text),
 * images, files, reasoning, refusals, log probabilities and usage are mapped both ways; members of a request that nobody knows are
 * passed on as they are.
 */
public final class ChatBackend implements Backend, AutoCloseable {
    private final Upstream upstream;
    private final ChatRequestWriter writer;
    private final IdGenerator ids;
    private final @Nullable HttpTransport own;

    private ChatBackend(Builder builder) {
        HttpTransport shared = builder.transport;
        HttpTransport transport = shared == null ? HttpTransport.create() : shared;
        this.own = shared == null ? transport : null;
        this.upstream = new Upstream(transport, Upstream.baseOf(builder.baseUrl), builder.headers);
        this.writer = new ChatRequestWriter(new ChatOptions(
                builder.developerRole, builder.reasoningContent, builder.maxCompletionTokens, builder.streamUsage));
        this.ids = builder.ids;
    }

    /**
     * Starts a backend.
     *
     * @param baseUrl the address that {@code chat/completions} is put behind, such as {@code http://127.0.0.1:8000/v1}; a server's bare
     *     address means its {@code /v1}
     */
    public static Builder builder(String baseUrl) {
        return new Builder(baseUrl);
    }

    @Override
    public void sample(BackendRequest request, ModelEventSink sink, Cancellation cancellation) {
        byte[] body = writer.write(request);
        upstream.post("chat/completions", body, request.stream(), cancellation, answer -> {
            ChatCalls calls = new ChatCalls(ChatTools.customNames(request.tools()), ids);
            read(answer, new ChatStreamReader(sink, calls), sink);
        });
    }

    private static void read(Upstream.Answer answer, ChatStreamReader reader, ModelEventSink sink) throws IOException {
        if (answer.isWhole()) {
            byte[] body = answer.body();
            reader.chunk(body, body.length);
        } else {
            boolean marked = answer.events(sink, reader::event);
            if (!marked && !answer.endIsMarked()) {
                throw UpstreamFailures.broken("The model backend's answer broke off", null);
            }
        }
        reader.end();
    }

    @Override
    public List<Warning> unsupported(BackendRequest request) {
        return writer.unsupported(request);
    }

    @Override
    public List<String> models() {
        List<String> models = new ArrayList<>();
        upstream.get("models", answer -> {
            JsonNode list = WireJson.tree(answer.body());
            for (JsonNode model : list.path("data")) {
                models.add(model.path("id").asText(""));
            }
        });
        return List.copyOf(models);
    }

    /** Closes the backend's own connections; a transport that it was given stays open. */
    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }

    /** Builds a {@link ChatBackend}; for one thread. */
    public static final class Builder {
        private final String baseUrl;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private @Nullable HttpTransport transport;
        private boolean developerRole;
        private boolean reasoningContent;
        private boolean maxCompletionTokens;
        private boolean streamUsage = true;
        private IdGenerator ids = IdGenerator.random();

        private Builder(String baseUrl) {
            this.baseUrl = baseUrl;
        }

        /** Sends a key with every request, as {@code Authorization: Bearer}. */
        public Builder apiKey(String key) {
            return header("Authorization", "Bearer " + key);
        }

        /** Sends a header with every request. */
        public Builder header(String name, String value) {
            headers.put(name, value);
            return this;
        }

        /** Uses connections that others use too; the backend has its own unless set. */
        public Builder transport(HttpTransport shared) {
            this.transport = shared;
            return this;
        }

        /** Whether the server knows the role {@code developer}; it gets {@code system} instead unless set. */
        public Builder developerRole(boolean known) {
            this.developerRole = known;
            return this;
        }

        /** Whether earlier reasoning is sent back as {@code reasoning_content}; it is left out unless set. */
        public Builder reasoningContent(boolean sent) {
            this.reasoningContent = sent;
            return this;
        }

        /** Whether the server wants {@code max_completion_tokens} instead of {@code max_tokens}. */
        public Builder maxCompletionTokens(boolean wanted) {
            this.maxCompletionTokens = wanted;
            return this;
        }

        /** Whether a stream is asked for its usage; true unless set. */
        public Builder streamUsage(boolean asked) {
            this.streamUsage = asked;
            return this;
        }

        Builder ids(IdGenerator generator) {
            this.ids = generator;
            return this;
        }

        /**
         * The backend.
         *
         * @throws IllegalArgumentException if the address is no HTTP URL
         */
        public ChatBackend build() {
            return new ChatBackend(this);
        }
    }
}
