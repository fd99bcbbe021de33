package io.github.responses4j.stream;

import io.github.responses4j.store.ResponseStatus;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The states of one response, as a table, and the way that it has taken through them. For one thread.
 *
 * <p>OpenAI Responses API, {@code status}; {@code cancelled} is its sixth state.
 */
public final class ResponseLifecycle {
    private static final Map<ResponseStatus, Set<ResponseStatus>> NEXT = table();

    private final List<ResponseStatus> history = new ArrayList<>();
    private ResponseStatus status;

    /** A response that has just been created. */
    public ResponseLifecycle(ResponseStatus start) {
        if (start.isTerminal()) {
            throw new IllegalArgumentException("nothing starts as " + start);
        }
        status = start;
        history.add(start);
    }

    private static Map<ResponseStatus, Set<ResponseStatus>> table() {
        Map<ResponseStatus, Set<ResponseStatus>> next = new EnumMap<>(ResponseStatus.class);
        next.put(
                ResponseStatus.QUEUED,
                EnumSet.of(ResponseStatus.IN_PROGRESS, ResponseStatus.FAILED, ResponseStatus.CANCELLED));
        next.put(
                ResponseStatus.IN_PROGRESS,
                EnumSet.of(
                        ResponseStatus.COMPLETED,
                        ResponseStatus.INCOMPLETE,
                        ResponseStatus.FAILED,
                        ResponseStatus.CANCELLED));
        for (ResponseStatus terminal : ResponseStatus.values()) {
            next.putIfAbsent(terminal, Set.of());
        }
        return next;
    }

    /** Where the response stands. */
    public ResponseStatus status() {
        return status;
    }

    /**
     * Takes a step.
     *
     * @throws IllegalStateException if the table does not have it; the message tells the way so far
     */
    public void moveTo(ResponseStatus next) {
        if (!NEXT.getOrDefault(status, Set.of()).contains(next)) {
            throw new IllegalStateException(status + " -> " + next + " is not allowed; so far " + history);
        }
        status = next;
        history.add(next);
    }

    /** All steps that the table has. */
    public static Set<Edge> edges() {
        Set<Edge> edges = new LinkedHashSet<>();
        NEXT.forEach((from, all) -> all.forEach(to -> edges.add(new Edge(from, to))));
        return edges;
    }

    /** The table as a Mermaid state diagram, for the documentation. */
    public static String asMermaid() {
        StringBuilder chart =
                new StringBuilder("stateDiagram-v2\n    [*] --> queued: background\n    [*] --> in_progress\n");
        for (Edge edge : edges()) {
            chart.append("    ")
                    .append(edge.from().wire())
                    .append(" --> ")
                    .append(edge.to().wire())
                    .append('\n');
        }
        for (ResponseStatus status : ResponseStatus.values()) {
            if (status.isTerminal()) {
                chart.append("    ").append(status.wire()).append(" --> [*]\n");
            }
        }
        return chart.toString();
    }

    /**
     * A step of the table.
     *
     * @param from where it starts
     * @param to where it leads
     */
    public record Edge(ResponseStatus from, ResponseStatus to) {}
}
