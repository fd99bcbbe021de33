package io.github.responses4j.testkit;

/**
 * One place where a stream breaks a rule.
 *
 * @param rule the broken rule
 * @param eventIndex which event, counted from 0 over all events of the stream (not its {@code sequence_number}); -1 for
 *     what concerns no single event
 * @param message what was found and what was expected
 */
public record StreamViolation(StreamRule rule, int eventIndex, String message) {

    @Override
    public String toString() {
        return rule + (eventIndex < 0 ? "" : " at event " + eventIndex) + ": " + message;
    }
}
