package io.github.responses4j.backends;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.CustomTool;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.Tool;
import java.io.IOException;
import java.util.List;

/**
 * A backend that speaks to any server of {@code /v1/chat/completions}. Messages, tools, custom tools (as functions with one text),
 * images, files, reasoning, refusals, log probabilities and usage are mapped both ways; members of a request that nobody knows are
 * passed on as they are.
 */
public final class ChatBackend implements Backend, AutoCloseable {
    private final UpstreamClient client;
    private final ChatRequestWriter writer;
    private final IdGenerator ids;

    private ChatBackend(Builder builder) {
        this.client = builder.setup.build();
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
        client.upstream()
                .as(request.settings())
                .post("chat/completions", body, request.stream(), cancellation, answer -> {
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

    /** Functions, and custom tools as functions with one text. */
    @Override
    public boolean takes(Tool tool) {
        return tool instanceof FunctionTool || tool instanceof CustomTool;
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

    /** Builds a {@link ChatBackend}; for one thread. */
    public static final class Builder {
        private final UpstreamClient.Setup setup;
        private boolean developerRole;
        private boolean reasoningContent;
        private boolean maxCompletionTokens;
        private boolean streamUsage = true;
        private IdGenerator ids = IdGenerator.random();

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
