package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;
import io.github.responses4j.json.JsonShapeException.Problem;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Something said.
 *
 * @param json the item as on the wire; has a role, and content that is a text or a list of parts
 */
public record Message(JsonObject json) implements Item {
    /** The kind's name on the wire. */
    public static final String TYPE = "message";

    /** Checks role and content. */
    public Message {
        String role = json.requireString("role");
        if (Role.ofWire(role) == null) {
            throw new JsonShapeException(
                    "role", Problem.BAD_VALUE, "'role' must be one of user, assistant, system, developer");
        }
        Contents.check(json, "content");
    }

    /** A message of the user's. */
    public static Message user(String text) {
        return of(Role.USER, List.of(InputText.of(text)));
    }

    /** A message of the user's with several parts. */
    public static Message user(List<Content> content) {
        return of(Role.USER, content);
    }

    /** Standing orders. */
    public static Message system(String text) {
        return of(Role.SYSTEM, List.of(InputText.of(text)));
    }

    /** Standing orders of the application's developer. */
    public static Message developer(String text) {
        return of(Role.DEVELOPER, List.of(InputText.of(text)));
    }

    /** Something that the model said. */
    public static Message assistant(String text) {
        return of(Role.ASSISTANT, List.of(OutputText.of(text)));
    }

    /** A message without an id. */
    public static Message of(Role role, List<Content> content) {
        return new Message(JsonObject.ofType(TYPE)
                .put("role", role.wire())
                .put("content", content.stream().map(Content::json).toList())
                .build());
    }

    @Override
    public String type() {
        return TYPE;
    }

    /** Who speaks. */
    public Role role() {
        Role role = Role.ofWire(json.string("role"));
        return role == null ? Role.USER : role;
    }

    /** The parts, in order; a plain text is one part. */
    public List<Content> content() {
        return Contents.of(json, "content", role() == Role.ASSISTANT);
    }

    /** The texts of all parts put together. */
    public String text() {
        return content().stream().map(Content::plainText).collect(Collectors.joining());
    }

    /** Whether an assistant's message is {@code commentary} or the {@code final_answer}; null if it does not say. */
    public @Nullable String phase() {
        return json.string("phase");
    }
}
