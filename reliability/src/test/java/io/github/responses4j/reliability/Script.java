package io.github.responses4j.reliability;

import java.util.ArrayList;
import java.util.List;

/**
 * What a model is to do, said by the user's message, so that every process says the same again. Steps are split by {@code ;}, one for
 * each sample: the step to take is the number of tool outputs that follow the message.
 *
 * <ul>
 *   <li>{@code text:<words>:<millis>:<mark>} says words, at a pace;
 *   <li>{@code hold:<words>:<mark>} says words and then nothing more, until somebody hangs up;
 *   <li>{@code call:<tool>} calls a hosted tool;
 *   <li>{@code halt:<words>:<mark>} says words and ends the process.
 * </ul>
 *
 * @param verb what to do
 * @param name the tool to call, or the mark that the words carry
 * @param words how many words to say
 * @param millis how long to wait before each word
 * @param step which step it is, from 0
 */
record Script(String verb, String name, int words, int millis, int step) {
    /** Reads the step that comes after some tool outputs. */
    static Script of(String message, int outputs) {
        String[] steps = message.split(";", -1);
        int step = Math.min(outputs, steps.length - 1);
        String[] parts = steps[step].split(":", -1);
        return switch (parts[0]) {
            case "text" -> new Script("text", parts[3], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), step);
            case "hold", "halt" -> new Script(parts[0], parts[2], Integer.parseInt(parts[1]), 0, step);
            case "call" -> new Script("call", parts[1], 0, 0, step);
            default -> throw new IllegalArgumentException("no such step: " + steps[step]);
        };
    }

    /** The words that it says. */
    List<String> said() {
        List<String> said = new ArrayList<>();
        for (int n = 0; n < words; n++) {
            said.add(name + "-" + n + " ");
        }
        return said;
    }

    /** The id of the call that it makes; the same in every process. */
    String callId() {
        return "call_" + step;
    }
}
