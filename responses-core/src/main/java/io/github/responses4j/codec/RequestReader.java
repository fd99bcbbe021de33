package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.InvalidJsonException;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import java.util.ArrayList;
import java.util.List;
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
     * Reads a list of items that is not the input of a create body, such as those that are added to a conversation.
     *
     * @param path what the list is called, such as {@code items}
     * @param items the list; from now on it belongs to the items
     * @throws InvalidRequestException if it is no list, or an item is not what it must be; {@code param} names it
     */
    public static List<Item> items(String path, JsonNode items) {
        RequestRules.checkItems(path, items);
        DialectParts.toStandard((ArrayNode) items);
        List<Item> read = new ArrayList<>();
        for (JsonNode item : items) {
            try {
                read.add(Item.of(JsonObject.adopt((ObjectNode) item)));
            } catch (JsonShapeException e) {
                JsonShapeException placed = e.within(path + "[" + read.size() + "]");
                throw refused(placed);
            }
        }
        return List.copyOf(read);
    }

    /**
     * Reads a body in which every member of a create body may stand and none is required, such as that of the token count.
     *
     * @param body JSON as UTF-8
     * @throws InvalidRequestException if it is no JSON object, or a member is not what it must be; {@code param} names it
     */
    public static ResponseRequest readMembers(byte[] body) {
        ObjectNode object = object(body);
        RequestRules.checkMembers(JsonObject.adopt(object));
        return request(object);
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

    /**
     * Reads a create body that has been parsed.
     *
     * @param body the body; from now on it belongs to the request
     * @throws InvalidRequestException if a member is not what it must be; {@code param} names it
     */
    public static ResponseRequest read(ObjectNode body) {
        RequestRules.check(JsonObject.adopt(body));
        return request(body);
    }

    private static ResponseRequest request(ObjectNode body) {
        Dialects.toStandard(body);
        try {
            return ResponseRequest.of(JsonObject.adopt(body));
        } catch (JsonShapeException e) {
            throw refused(e);
        }
    }

    private static InvalidRequestException refused(JsonShapeException e) {
        return new InvalidRequestException(
                "Invalid '" + e.path() + "': " + e.getMessage() + ".", code(e.problem()), e.path());
    }

    private static @Nullable String code(JsonShapeException.Problem problem) {
        return switch (problem) {
            case MISSING -> "missing_required_parameter";
            case WRONG_TYPE -> "invalid_type";
            case BAD_VALUE -> "invalid_value";
        };
    }
}
