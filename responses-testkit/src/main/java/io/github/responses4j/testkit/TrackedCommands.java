package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The commands of a shell call, or what they gave back, while their stream is read: one after the other, each summed up. */
final class TrackedCommands {

    static final String INDEX = "command_index";

    private static final String COMMAND = "shell_call_command";

    private final StringBuilder command = new StringBuilder();
    private final StringBuilder stdout = new StringBuilder();
    private final StringBuilder stderr = new StringBuilder();
    private int next;

    /** Takes an event of the item's own that names a command (G7, G12). */
    void accept(Event event, Violations violations) {
        int index = event.index(INDEX);
        if (index >= 0 && index != next) {
            violations.add(
                    StreamRule.G12, event.index(), INDEX + " is " + index + ", the command here is number " + next);
        }
        String word = event.kind().word();
        JsonNode delta = event.path("delta");
        if (event.kind().isDelta()) {
            command.append(delta.asText());
            stdout.append(delta.path("stdout").asText());
            stderr.append(delta.path("stderr").asText());
        } else if (word.equals(COMMAND + ".added")) {
            command.append(event.text("command"));
        } else {
            if (word.equals(COMMAND + ".done")) {
                compare(event, "command", event.text("command"), command, violations);
            } else {
                compare(event, "output.stdout", joined(event, "stdout"), stdout, violations);
                compare(event, "output.stderr", joined(event, "stderr"), stderr, violations);
            }
            List.of(command, stdout, stderr).forEach(text -> text.setLength(0));
            next++;
        }
    }

    private static String joined(Event event, String stream) {
        StringBuilder all = new StringBuilder();
        event.path("output").forEach(entry -> all.append(entry.path(stream).asText()));
        return all.toString();
    }

    private static void compare(Event event, String field, String said, StringBuilder streamed, Violations violations) {
        if (!said.contentEquals(streamed)) {
            violations.add(
                    StreamRule.G7,
                    event.index(),
                    event.type() + "." + field + " is " + Json.quoted(said) + ", the deltas make "
                            + Json.quoted(streamed.toString()));
        }
    }
}
