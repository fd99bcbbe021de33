package io.github.responses4j.backends;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.backend.ModelEventSink;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.JsonObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one chat completion, put together from pieces: told apart by index or by id, whichever a server gives, and named
 * when the name is known. A call of a custom tool is a function with one text, which is unwrapped when it is whole.
 */
final class ChatCalls {
    private static final int NONE = -1;
    private static final int MAX_CALLS = 1_000;

    private final Set<String> customTools;
    private final IdGenerator ids;
    private final List<Call> calls = new ArrayList<>();
    private final List<Piece> pieces = new ArrayList<>(1);

    ChatCalls(Set<String> customTools, IdGenerator ids) {
        this.customTools = customTools;
        this.ids = ids;
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** Reads the member {@code tool_calls} of a delta. */
    void pieces(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() == JsonToken.START_OBJECT) {
                Piece piece = new Piece();
                piece(json, piece);
                pieces.add(piece);
            } else {
                json.skipChildren();
            }
        }
    }

    /** Reads the member {@code function_call} of a delta, the form from before there were several calls. */
    void loneFunction(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            Piece piece = new Piece();
            piece.index = 0;
            function(json, piece);
            pieces.add(piece);
        }
    }

    /** Forgets what was read of the last delta. */
    void clearPieces() {
        if (!pieces.isEmpty()) {
            pieces.clear();
        }
    }

    /** Says what was read of the last delta. */
    void say(ModelEventSink sink) {
        for (Piece piece : pieces) {
            Call call = call(piece);
            call.id = call.id == null ? piece.id : call.id;
            call.name = call.name == null ? piece.name : call.name;
            if (!call.started && call.name != null) {
                start(call, call.name, sink);
            }
            take(call, piece.arguments, sink);
        }
    }

    /** Says what could not be said before the calls were whole. */
    void end(ModelEventSink sink) {
        for (Call call : calls) {
            if (!call.started) {
                throw UpstreamFailures.broken("The model backend sent a call without a name", null);
            }
            if (call.custom) {
                sink.accept(new ModelEvent.CallDelta(call.callId, unwrapped(call.held.toString())));
            }
        }
    }

    private void start(Call call, String name, ModelEventSink sink) {
        String id = call.id;
        call.callId = id == null || calls.stream().anyMatch(other -> other.callId.equals(id)) ? ids.next("call") : id;
        call.custom = customTools.contains(name);
        call.started = true;
        sink.accept(new ModelEvent.CallStarted(call.callId, name, call.custom));
        if (!call.custom && !call.held.isEmpty()) {
            sink.accept(new ModelEvent.CallDelta(call.callId, call.held.toString()));
        }
    }

    private static void take(Call call, @Nullable String arguments, ModelEventSink sink) {
        if (arguments == null) {
            return;
        }
        if (call.started && !call.custom) {
            sink.accept(new ModelEvent.CallDelta(call.callId, arguments));
        } else {
            call.held.append(arguments);
        }
    }

    private Call call(Piece piece) {
        Call known = null;
        if (piece.index != NONE) {
            for (Call call : calls) {
                known = call.index == piece.index ? call : known;
            }
            // Some servers number every call 0: a new id with a new name is another call.
            if (known != null && piece.name != null && piece.id != null && !piece.id.equals(known.id)) {
                known = known.id == null && known.name == null ? known : null;
            }
        } else if (piece.id != null) {
            for (Call call : calls) {
                known = piece.id.equals(call.id) ? call : known;
            }
        } else if (piece.name == null && !calls.isEmpty()) {
            known = calls.get(calls.size() - 1);
        }
        if (known != null) {
            return known;
        }
        if (calls.size() >= MAX_CALLS) {
            throw UpstreamFailures.broken("The model backend sent too many calls", null);
        }
        Call call = new Call();
        call.index = piece.index;
        calls.add(call);
        return call;
    }

    private static void piece(JsonParser json, Piece piece) throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "index" -> piece.index = WireJson.number(json, NONE);
                case "id" -> piece.id = WireJson.word(json);
                case "function" -> {
                    if (json.currentToken() == JsonToken.START_OBJECT) {
                        function(json, piece);
                    } else {
                        json.skipChildren();
                    }
                }
                default -> json.skipChildren();
            }
        }
    }

    private static void function(JsonParser json, Piece piece) throws IOException {
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "name" -> piece.name = WireJson.word(json);
                case "arguments" ->
                    // A string on the wire, yet some servers send the object itself.
                    piece.arguments = json.currentToken() == JsonToken.START_OBJECT
                            ? WireJson.tree(json).toString()
                            : WireJson.word(json);
                default -> json.skipChildren();
            }
        }
    }

    private static String unwrapped(String arguments) {
        try {
            String input = JsonObject.parse(arguments).string(ChatTools.CUSTOM_INPUT);
            return input == null ? arguments : input;
        } catch (InvalidJsonException freeText) {
            return arguments;
        }
    }

    private static final class Piece {
        private int index = NONE;
        private @Nullable String id;
        private @Nullable String name;
        private @Nullable String arguments;
    }

    private static final class Call {
        private int index = NONE;
        private @Nullable String id;
        private @Nullable String name;
        private String callId = "";
        private boolean started;
        private boolean custom;
        private final StringBuilder held = new StringBuilder();
    }
}
