package io.github.responses4j.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.store.ResponseId;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client wants when it sends a message: one response, on one lane. A message that is wrong has its place in the lane all the same,
 * or its refusal would be taken for the answer to something else.
 *
 * @param lane the {@code stream_id} that the client gave; null for none
 * @param body the create body, for nobody else; null if there is none
 * @param refusal why nothing comes of it; null if something does
 * @param size how many bytes the message has
 */
record SocketCreate(
        @Nullable String lane,
        @Nullable ObjectNode body,
        @Nullable HttpError refusal,
        int size) {
    private static final Pattern LANE = Pattern.compile("[A-Za-z0-9_.-]{1,256}");
    private static final String TYPE = "response.create";

    /** Members that speak of how an HTTP request is answered, with the value that says what a socket does anyway; empty for none. */
    private static final List<Map.Entry<String, String>> OF_HTTP =
            List.of(Map.entry("stream", "true"), Map.entry("background", "false"), Map.entry("stream_options", ""));

    static SocketCreate refused(HttpError refusal) {
        return new SocketCreate(null, null, refusal, 0);
    }

    /** The place of this message in its lane, and why nothing comes of it. */
    SocketCreate refusedWith(HttpError reason) {
        return new SocketCreate(lane, null, reason, 0);
    }

    /**
     * Reads a message.
     *
     * @param text JSON as UTF-8
     * @param profile whether to be strict
     */
    static SocketCreate read(byte[] text, Profile profile) {
        ObjectNode message;
        try {
            message = RequestReader.object(text);
        } catch (InvalidRequestException e) {
            return refused(HttpError.of(e));
        }
        JsonNode given = message.remove("stream_id");
        if (given != null
                && !given.isNull()
                && !(given.isTextual() && LANE.matcher(given.asText()).matches())) {
            return refused(HttpError.refused(
                    400,
                    "invalid_value",
                    "stream_id",
                    "Invalid 'stream_id': expected 1 to 256 of the characters A-Z, a-z, 0-9, '_', '.' and '-'."));
        }
        String lane = given == null || given.isNull() ? null : given.asText();
        HttpError refusal = wrongType(message.remove("type"));
        ObjectNode body = body(message);
        if (refusal == null) {
            refusal = ofHttp(body, profile);
        }
        body.set("stream", BooleanNode.TRUE);
        return new SocketCreate(lane, body, refusal, text.length);
    }

    /** The response that is to be continued; null if there is none. Only while nobody has read the body. */
    @Nullable
    ResponseId previous() {
        JsonNode previous = body == null ? null : body.get("previous_response_id");
        return previous == null || !previous.isTextual() || previous.asText().isBlank()
                ? null
                : new ResponseId(previous.asText());
    }

    private static @Nullable HttpError wrongType(@Nullable JsonNode type) {
        if (type == null || type.isNull()) {
            return HttpError.refused(400, "missing_required_parameter", "type", "Missing required parameter: 'type'.");
        }
        return type.isTextual() && type.asText().equals(TYPE)
                ? null
                : HttpError.refused(
                        400, "invalid_value", "type", "Invalid 'type': only '" + TYPE + "' is understood here.");
    }

    /** Some clients put the body into a member of its own. */
    private static ObjectNode body(ObjectNode message) {
        if (!(message.get("response") instanceof ObjectNode nested)) {
            return message;
        }
        message.remove("response");
        message.properties().forEach(beside -> nested.putIfAbsent(beside.getKey(), beside.getValue()));
        return nested;
    }

    private static @Nullable HttpError ofHttp(ObjectNode body, Profile profile) {
        for (Map.Entry<String, String> member : OF_HTTP) {
            JsonNode value = body.remove(member.getKey());
            boolean harmless = value == null
                    || value.isNull()
                    || !profile.strict() && value.isBoolean() && value.asText().equals(member.getValue());
            if (!harmless) {
                return unsupported(member.getKey());
            }
        }
        JsonNode generate = body.get("generate");
        return generate != null && generate.isBoolean() && !generate.asBoolean() ? unsupported("generate") : null;
    }

    private static HttpError unsupported(String param) {
        return HttpError.refused(
                400,
                "unsupported_parameter",
                param,
                "Unsupported parameter: '" + param + "' must not be sent over WebSocket.");
    }
}
