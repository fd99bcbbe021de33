package io.github.responses4j.testkit;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * How strict {@link StreamInvariants} is. Immutable; every method answers a changed copy.
 *
 * @param done whether an SSE stream ends with {@code data: [DONE]}; not looked at for lists of events
 * @param tolerances single deviations that are let pass
 * @param optionalFields names of fields that may be absent although the wire tables require them, such as
 *     {@code logprobs}; a field that is there still needs the right type
 * @param ignored rules whose violations are not reported at all
 * @param knownTypesOnly whether an event of unknown type is a violation of {@link StreamRule#G16}
 */
public record StreamOptions(
        DoneMarker done,
        Set<Tolerance> tolerances,
        Set<String> optionalFields,
        Set<StreamRule> ignored,
        boolean knownTypesOnly) {

    /** What is asked of {@code data: [DONE]}. */
    public enum DoneMarker {
        /** It must end the stream. */
        REQUIRED,
        /** It must not be sent. */
        FORBIDDEN,
        /** It may be sent. */
        TOLERATED
    }

    /** A single deviation that {@link #tolerating} lets pass. */
    public enum Tolerance {
        /** Frames without an {@code event:} line (S1). A line that is there must still be right. */
        MISSING_EVENT_LINE,
        /** Line ends {@code \r\n} and {@code \r}, several data lines in a frame, empty frames (S2). */
        ANY_FRAMING,
        /** Lines {@code id:}, {@code retry:} and lines of unknown name (S3). */
        OTHER_LINES,
        /** No terminal event (G3), as when a run was cancelled or the stream was cut at a frame boundary. */
        CUT_OFF,
        /** Items and parts that are still open when {@code response.failed} comes (G6). */
        OPEN_ITEM_IN_FAILURE,
        /** Items that are open at the same time (G5). */
        INTERLEAVED_ITEMS,
        /** Two calls of one kind with the same {@code call_id} (G8), though their outputs cannot be told apart. */
        REPEATED_CALL_IDS
    }

    /** Copies the sets. */
    public StreamOptions {
        tolerances = Collections.unmodifiableSet(copy(Tolerance.class, tolerances));
        optionalFields = Collections.unmodifiableSet(new LinkedHashSet<>(optionalFields));
        ignored = Collections.unmodifiableSet(copy(StreamRule.class, ignored));
    }

    /**
     * Lets nothing pass. {@code [DONE]} may be sent or not; unknown event types are counted, not refused.
     *
     * @return the strict options
     */
    public static StreamOptions strict() {
        return new StreamOptions(DoneMarker.TOLERATED, Set.of(), Set.of(), Set.of(), false);
    }

    /**
     * For streams of other servers: every tolerance but {@link Tolerance#CUT_OFF} and
     * {@link Tolerance#INTERLEAVED_ITEMS}, and the fields that real servers are known to leave out.
     *
     * @return the lenient options
     */
    public static StreamOptions foreign() {
        return strict().tolerating(
                        Tolerance.MISSING_EVENT_LINE,
                        Tolerance.ANY_FRAMING,
                        Tolerance.OTHER_LINES,
                        Tolerance.OPEN_ITEM_IN_FAILURE,
                        Tolerance.REPEATED_CALL_IDS)
                .withOptionalFields("logprobs", "name", "annotations", "usage", "cache_write_tokens");
    }

    /**
     * Changes what is asked of {@code [DONE]}.
     *
     * @param marker the new demand
     * @return a copy
     */
    public StreamOptions withDone(DoneMarker marker) {
        return new StreamOptions(marker, tolerances, optionalFields, ignored, knownTypesOnly);
    }

    /**
     * Lets more deviations pass.
     *
     * @param more what to add
     * @return a copy
     */
    public StreamOptions tolerating(Tolerance... more) {
        Set<Tolerance> all = copy(Tolerance.class, tolerances);
        all.addAll(Arrays.asList(more));
        return new StreamOptions(done, all, optionalFields, ignored, knownTypesOnly);
    }

    /**
     * Lets fields be absent, on whatever event or object they stand.
     *
     * @param names wire names, such as {@code logprobs}
     * @return a copy
     */
    public StreamOptions withOptionalFields(String... names) {
        Set<String> all = new LinkedHashSet<>(optionalFields);
        all.addAll(Arrays.asList(names));
        return new StreamOptions(done, tolerances, all, ignored, knownTypesOnly);
    }

    /**
     * Leaves whole rules out of the report.
     *
     * @param rules what to add to the ignored rules
     * @return a copy
     */
    public StreamOptions ignoring(StreamRule... rules) {
        Set<StreamRule> all = copy(StreamRule.class, ignored);
        all.addAll(Arrays.asList(rules));
        return new StreamOptions(done, tolerances, optionalFields, all, knownTypesOnly);
    }

    /**
     * Refuses events of unknown type, as closed-union clients do. A typed {@code keepalive} is refused too.
     *
     * @return a copy
     */
    public StreamOptions refusingUnknownTypes() {
        return new StreamOptions(done, tolerances, optionalFields, ignored, true);
    }

    boolean tolerates(Tolerance tolerance) {
        return tolerances.contains(tolerance);
    }

    private static <E extends Enum<E>> Set<E> copy(Class<E> type, Set<E> values) {
        Set<E> copy = EnumSet.noneOf(type);
        copy.addAll(values);
        return copy;
    }
}
