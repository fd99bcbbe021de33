package io.github.responses4j.event;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.json.JsonObject;
import java.util.Set;

/**
 * A command of a shell call, or what one gave back, has grown or is whole.
 *
 * @param json the event as on the wire
 */
public record ShellProgress(JsonObject json) implements ResponseEvent {
    /** A command begins, empty. */
    public static final String COMMAND_ADDED = "response.shell_call_command.added";

    /** A command has grown. */
    public static final String COMMAND_DELTA = "response.shell_call_command.delta";

    /** A command is whole. */
    public static final String COMMAND_DONE = "response.shell_call_command.done";

    /** What a command gives back has grown. */
    public static final String OUTPUT_DELTA = "response.shell_call_output_content.delta";

    /** What a command gave back is whole. */
    public static final String OUTPUT_DONE = "response.shell_call_output_content.done";

    /** All names that such an event may have. */
    public static final Set<String> TYPES =
            Set.of(COMMAND_ADDED, COMMAND_DELTA, COMMAND_DONE, OUTPUT_DELTA, OUTPUT_DONE);

    /**
     * A command's event: {@link #COMMAND_ADDED}, {@link #COMMAND_DELTA} or {@link #COMMAND_DONE}. It names no item (OpenAI Responses
     * API, shell call events).
     *
     * @param place where the call stands; its part index is the command's place in the call, from 0
     * @param text the command, or by what it has grown
     */
    public static ShellProgress command(String type, long sequenceNumber, Place place, String text) {
        return new ShellProgress(JsonObject.ofType(type)
                .put("sequence_number", sequenceNumber)
                .put("output_index", place.outputIndex())
                .put("command_index", place.partIndex())
                .put(type.equals(COMMAND_DELTA) ? "delta" : "command", text)
                .build());
    }

    /**
     * An output's event: {@link #OUTPUT_DELTA} or {@link #OUTPUT_DONE}.
     *
     * @param place where the output stands; its part index is the command's place in the call, from 0
     * @param value by what the output has grown, or all that the command gave back
     */
    public static ShellProgress output(String type, long sequenceNumber, Place place, JsonNode value) {
        return new ShellProgress(JsonObject.ofType(type)
                .put("sequence_number", sequenceNumber)
                .put("item_id", place.itemId())
                .put("output_index", place.outputIndex())
                .put("command_index", place.partIndex())
                .put(type.equals(OUTPUT_DELTA) ? "delta" : "output", value)
                .build());
    }

    @Override
    public String type() {
        return json.requireString("type");
    }
}
