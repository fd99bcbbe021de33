package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import org.jspecify.annotations.Nullable;

/** Reads requests from the wire: strict about what is wrong, tolerant about how it is said. Safe from any thread. */
public final class RequestReader {
    private RequestReader() {}

    /**
     * Reads a create body.
     *
     * @param body JSON as UTF-8
     * @throws InvalidRequestException if it is no JSON object, or a member is not what it must be; {@code param} names it
     */
    public static ResponseRequest read(byte[] body) {
        return read(object(body));
    }

    /**
     * Reads a create body that is an HTML form ({@code application/x-www-form-urlencoded}; Open Responses allows it).
     *
     * @param body the form, for example {@code model=demo&input=Hello&metadata[team]=a}
     * @throws InvalidRequestException if a member is not what it must be; {@code param} names it
     */
    public static ResponseRequest readForm(byte[] body) {
        return read(FormReader.read(body));
    }

    /**
     * Reads a body in which every member of a create body may stand and none is required, such as that of the token count.
     *
     * @param body JSON as UTF-8
     * @throws InvalidRequestException if it is no JSON object, or a member is not what it must be; {@code param} names it
     */
    public static ResponseRequest readMembers(byte[] body) {
        ObjectNode object = object(body);
        Dialects.toStandard(object);
        JsonObject json = JsonObject.adopt(object);
        RequestRules.checkMembers(json);
        return request(json);
    }

    /**
     * Reads any JSON object that a caller sent.
     *
     * @throws InvalidRequestException if the bytes are no JSON object
     */
    public static ObjectNode object(byte[] body) {
        JsonNode node;
        try {
            node = Json.read(body);
        } catch (InvalidJsonException e) {
            throw new InvalidRequestException(
                    "We could not parse the JSON body of your request: " + e.getMessage() + ".", "invalid_json", null);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new InvalidRequestException("The body of the request must be a JSON object.", "invalid_type", null);
    }

    private static ResponseRequest read(ObjectNode body) {
        Dialects.toStandard(body);
        JsonObject json = JsonObject.adopt(body);
        RequestRules.check(json);
        return request(json);
    }

    private static ResponseRequest request(JsonObject json) {
        try {
            return ResponseRequest.of(json);
        } catch (JsonShapeException e) {
            throw new InvalidRequestException(
                    "Invalid '" + e.path() + "': " + e.getMessage() + ".", code(e.problem()), e.path());
        }
    }

    private static @Nullable String code(JsonShapeException.Problem problem) {
        return switch (problem) {
            case MISSING -> "missing_required_parameter";
            case WRONG_TYPE -> "invalid_type";
            case BAD_VALUE -> "invalid_value";
        };
    }
}
