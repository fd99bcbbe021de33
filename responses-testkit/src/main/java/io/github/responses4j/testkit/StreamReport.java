package io.github.responses4j.testkit;

import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What {@link StreamInvariants} found in one stream. Immutable.
 *
 * @param types the type of every event in order; {@code (none)} where an event has no readable type
 * @param violations everything that is wrong, in the order of the stream
 * @param unknownTypes events of unknown type that were let pass or refused, with how often each came
 * @param keepalives how many typed heartbeat events came; comments are not counted
 */
public record StreamReport(
        List<String> types, List<StreamViolation> violations, Map<String, Integer> unknownTypes, int keepalives) {

    /** How many violations the text for people lists. */
    private static final int MOST = 100;

    /** Copies the collections. */
    public StreamReport {
        types = List.copyOf(types);
        violations = List.copyOf(violations);
        unknownTypes = Collections.unmodifiableMap(new LinkedHashMap<>(unknownTypes));
    }

    /**
     * Tells whether no rule is broken.
     *
     * @return true if there is no violation
     */
    public boolean isValid() {
        return violations.isEmpty();
    }

    /**
     * Names the broken rules.
     *
     * @return each broken rule once, in the order of {@link StreamRule}
     */
    public Set<StreamRule> brokenRules() {
        Set<StreamRule> rules = EnumSet.noneOf(StreamRule.class);
        violations.forEach(violation -> rules.add(violation.rule()));
        return Collections.unmodifiableSet(rules);
    }

    /**
     * Fails if a rule is broken.
     *
     * @return this report, for further questions
     * @throws AssertionError if there is a violation; the message lists them (the first hundred), the rules that they break, and
     *     the numbered event types
     */
    public StreamReport orThrow() {
        if (!isValid()) {
            throw new AssertionError(describe());
        }
        return this;
    }

    /**
     * Writes the report for people: the first hundred violations, the rules, the events with equal neighbours joined.
     *
     * @return several lines
     */
    public String describe() {
        StringBuilder text = new StringBuilder();
        text.append(violations.size()).append(" violation(s) in a stream of ").append(types.size());
        text.append(" event(s)\n");
        violations.stream()
                .limit(MOST)
                .forEach(violation -> text.append("  ").append(violation).append('\n'));
        if (violations.size() > MOST) {
            text.append("  … and ").append(violations.size() - MOST).append(" more\n");
        }
        if (!isValid()) {
            text.append("rules\n");
            text.append(brokenRules().stream()
                    .map(rule -> "  " + rule + ": " + rule.statement() + "\n")
                    .collect(Collectors.joining()));
        }
        text.append("events\n");
        int start = 0;
        while (start < types.size()) {
            start = appendRun(text, start);
        }
        return text.toString();
    }

    /** Writes a run of equal types as one line, so that a thousand deltas do not hide the rest. */
    private int appendRun(StringBuilder text, int start) {
        int end = start + 1;
        while (end < types.size() && types.get(end).equals(types.get(start))) {
            end++;
        }
        text.append("  ").append(start);
        if (end - start > 1) {
            text.append('-').append(end - 1);
        }
        text.append(' ').append(types.get(start)).append('\n');
        return end;
    }
}
