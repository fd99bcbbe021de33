package io.github.responses4j.response;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.Tool;
import io.github.responses4j.tool.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asks for (OpenAI Responses API, create body). Immutable and kept whole.
 *
 * <p>Made by {@link #builder} in a program and by the codec from the wire. Values out of range are found when the engine takes the
 * request, so that both kinds get the same answer.
 */
public final class ResponseRequest {
    private static final String API_KEY = "api_key";

    private final JsonObject json;
    private final List<Item> input;
    private final List<Tool> tools;
    private final @Nullable String providerKey;

    private ResponseRequest(JsonObject json, List<Item> input, List<Tool> tools, @Nullable String providerKey) {
        this.json = json;
        this.input = List.copyOf(input);
        this.tools = List.copyOf(tools);
        this.providerKey = providerKey;
    }

    /**
     * The request of a wire object whose input is a text or a list of items. An {@code api_key} is taken out of it and is the {@link
     * #providerKey()}.
     *
     * @throws JsonShapeException if an item or a tool is not of the right shape
     */
    public static ResponseRequest of(JsonObject json) {
        List<Item> input = new ArrayList<>();
        String text = json.string("input");
        if (text != null) {
            input.add(Message.user(text));
        }
        read(json, "input", item -> input.add(Item.of(item)));
        List<Tool> tools = new ArrayList<>();
        read(json, "tools", tool -> tools.add(Tool.of(tool)));
        return new ResponseRequest(json.without(API_KEY), input, tools, json.string(API_KEY));
    }

    private static void read(JsonObject json, String name, java.util.function.Consumer<JsonObject> reader) {
        List<JsonObject> entries = json.objects(name);
        for (int i = 0; i < entries.size(); i++) {
            try {
                reader.accept(entries.get(i));
            } catch (JsonShapeException e) {
                throw e.within(name + "[" + i + "]");
            }
        }
    }

    /** Starts a request for a model, with one text of the user's as input. */
    public static Builder builder(String model, String input) {
        return builder(model, List.of(Message.user(input)));
    }

    /** Starts a request for a model, with items as input. */
    public static Builder builder(String model, List<? extends Item> input) {
        return new Builder(model, input);
    }

    /** A builder that starts with this request's values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** The same request with other tools, as on the wire. */
    public ResponseRequest withTools(List<JsonObject> wire) {
        List<Tool> others = wire.stream().map(Tool::of).toList();
        JsonObject whole = json.toBuilder().put("tools", wire).build();
        return new ResponseRequest(whole, input, others, providerKey);
    }

    /** The request as on the wire. */
    public JsonObject json() {
        return json;
    }

    /** The model asked for; empty if the request leaves it open. */
    public String model() {
        return json.string("model", "");
    }

    /** The new items, in order; a plain text is one message of the user's. */
    public List<Item> input() {
        return input;
    }

    /** The tools on offer, in order. */
    public List<Tool> tools() {
        return tools;
    }

    /** Which tools the model may or must call. */
    public ToolChoice toolChoice() {
        return ToolChoice.ofWire(json.get("tool_choice"));
    }

    /** The standing orders as the request gives them; null if it gives none, empty if it clears inherited ones. */
    public @Nullable String instructions() {
        return json.string("instructions");
    }

    /** The response to continue, if any. */
    public @Nullable ResponseId previousResponseId() {
        String id = json.string("previous_response_id");
        return id == null || id.isEmpty() ? null : new ResponseId(id);
    }

    /** The conversation that the response is a turn of, if any; the wire has its id as a text or as an object. */
    public @Nullable ConversationId conversation() {
        JsonObject object = json.object("conversation");
        String id = object == null ? json.string("conversation") : object.string("id");
        return id == null || id.isEmpty() ? null : new ConversationId(id);
    }

    /**
     * The caller's own key for the provider of the model, if it sent one. It is no part of {@link #json()}, so that it is neither stored
     * nor echoed nor logged.
     */
    public @Nullable String providerKey() {
        return providerKey;
    }

    /** Whether the response is kept; true unless the request says otherwise. */
    public boolean store() {
        return !Boolean.FALSE.equals(json.bool("store"));
    }

    /** Whether the caller wants events. */
    public boolean stream() {
        return Boolean.TRUE.equals(json.bool("stream"));
    }

    /** Whether the response is worked on after the call has returned. */
    public boolean background() {
        return Boolean.TRUE.equals(json.bool("background"));
    }

    /** Whether the caller wants the length of each delta to be hidden by padding; never in the background. */
    public boolean includesObfuscation() {
        JsonObject options = json.object("stream_options");
        return options != null && Boolean.TRUE.equals(options.bool("include_obfuscation")) && !background();
    }

    /** Whether the model may call several tools at once; true unless the request says otherwise. */
    public boolean parallelToolCalls() {
        return !Boolean.FALSE.equals(json.bool("parallel_tool_calls"));
    }

    /** How many tokens the whole response may have; null for no bound. */
    public @Nullable Long maxOutputTokens() {
        return json.integer("max_output_tokens");
    }

    /** How many calls of hosted tools the whole response may have; null for no bound but the engine's. */
    public @Nullable Long maxToolCalls() {
        return json.integer("max_tool_calls");
    }

    /** Whether the caller wants a piece of extra data, such as {@code message.output_text.logprobs}. */
    public boolean includes(String what) {
        return json.strings("include").contains(what);
    }

    /** How the answer's text is to be formatted, as on the wire; null if the request does not say. */
    public @Nullable JsonObject textFormat() {
        JsonObject text = json.object("text");
        return text == null ? null : text.object("format");
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ResponseRequest request
                && json.equals(request.json)
                && Objects.equals(providerKey, request.providerKey);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** Names the model only: a request may hold what must not be logged. */
    @Override
    public String toString() {
        return "ResponseRequest[model=" + model() + ", items=" + input.size() + "]";
    }

    /** Builds a {@link ResponseRequest}; for one thread. */
    public static final class Builder {
        private final JsonObject.Builder json;
        private final List<Item> input;
        private final List<Tool> tools;
        private @Nullable String providerKey;

        private Builder(String model, List<? extends Item> input) {
            this.json = JsonObject.builder().put("model", Objects.requireNonNull(model, "model"));
            this.input = new ArrayList<>(input);
            this.tools = new ArrayList<>();
        }

        private Builder(ResponseRequest request) {
            this.json = request.json.toBuilder();
            this.input = new ArrayList<>(request.input);
            this.tools = new ArrayList<>(request.tools);
            this.providerKey = request.providerKey;
        }

        /** Sets the standing orders. */
        public Builder instructions(String instructions) {
            json.put("instructions", instructions);
            return this;
        }

        /** Continues an earlier response. */
        public Builder previousResponseId(ResponseId id) {
            json.put("previous_response_id", id.value());
            return this;
        }

        /** Makes the response a turn of a conversation. */
        public Builder conversation(ConversationId id) {
            json.put("conversation", id.value());
            return this;
        }

        /** Samples the model with the caller's own key, if its backend takes one. */
        public Builder providerKey(String key) {
            this.providerKey = key;
            return this;
        }

        /** Adds items to the input. */
        public Builder input(List<? extends Item> items) {
            input.addAll(items);
            return this;
        }

        /** Offers a tool. */
        public Builder tool(Tool tool) {
            tools.add(tool);
            return this;
        }

        /** Offers a function that the caller runs itself. */
        public Builder function(String name, String description, JsonObject parameters) {
            return tool(FunctionTool.of(name, description, parameters));
        }

        /** Says which tools the model may or must call. */
        public Builder toolChoice(ToolChoice choice) {
            json.put("tool_choice", choice.wire());
            return this;
        }

        /** Says whether the response is kept. */
        public Builder store(boolean store) {
            json.put("store", store);
            return this;
        }

        /** Says whether the response is worked on after the call has returned. */
        public Builder background(boolean background) {
            json.put("background", background);
            return this;
        }

        /** Bounds the tokens of the whole response; at least 16. */
        public Builder maxOutputTokens(long tokens) {
            json.put("max_output_tokens", tokens);
            return this;
        }

        /** Bounds the calls of hosted tools in the whole response; at least 1. */
        public Builder maxToolCalls(long calls) {
            json.put("max_tool_calls", calls);
            return this;
        }

        /** Sets the caller's own notes: at most 16, keys of at most 64 characters, values of at most 512. */
        public Builder metadata(Map<String, String> metadata) {
            json.putMap("metadata", metadata);
            return this;
        }

        /** Sets any other member of the wire's create body, such as {@code temperature}; takes a copy of the value. */
        public Builder set(String name, JsonNode value) {
            if (name.equals(API_KEY)) {
                throw new IllegalArgumentException("the key for the provider is set by providerKey(…)");
            }
            json.put(name, value.<JsonNode>deepCopy());
            return this;
        }

        /** The request so far; the builder may go on. */
        public ResponseRequest build() {
            JsonObject.Builder whole = json.build().toBuilder()
                    .put("input", input.stream().map(Item::json).toList());
            if (!tools.isEmpty()) {
                whole.put("tools", tools.stream().map(Tool::json).toList());
            }
            return new ResponseRequest(whole.build(), input, tools, providerKey);
        }
    }
}
