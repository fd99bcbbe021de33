package io.github.responses4j.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a lease holder adds to its run, in one commit.
 *
 * @param expectedLastSeq the number of the last event that the holder knows to be stored, −1 if none
 * @param expectedItems how many output items the holder knows to be stored; {@link #ANY_ITEMS} if it does not know. One who adds items without
 *     events says so, as nothing else tells that they are there already
 * @param events events to add; the first is {@code expectedLastSeq + 1}, the others follow without a gap; may be empty
 * @param items finished output items to add, in order, after those added before; may be empty
 * @param terminal how the run ends, or null if it goes on
 */
public record Append(
        long expectedLastSeq,
        int expectedItems,
        List<StoredEvent> events,
        List<StoredItem> items,
        @Nullable Terminal terminal) {
    /** Any number of output items may be stored. */
    public static final int ANY_ITEMS = -1;

    /** Copies the lists and checks that the numbers have no gap. */
    public Append {
        events = List.copyOf(events);
        items = List.copyOf(items);
        long next = expectedLastSeq + 1;
        for (StoredEvent event : events) {
            if (event.seq() != next++) {
                throw new IllegalArgumentException("event " + event.seq() + " does not follow " + (next - 2));
            }
        }
    }

    /** What a holder adds that does not know how many output items are stored. */
    public Append(long expectedLastSeq, List<StoredEvent> events, List<StoredItem> items, @Nullable Terminal terminal) {
        this(expectedLastSeq, ANY_ITEMS, events, items, terminal);
    }

    /**
     * The end of a run.
     *
     * @param status a terminal status
     * @param document the final response without its {@code output}, as ASCII-escaped JSON text
     * @param joinsConversation whether the response's own input items, then its output items, are added to the end of its
     *     conversation in the same commit; an item whose id the conversation has already is not added again, and nothing is
     *     added where there is no conversation, or it was deleted meanwhile
     * @param usage what the response has used, as a small ASCII-escaped JSON text for {@link ResponseStore#usage}; null if
     *     there is nothing to say
     */
    public record Terminal(
            ResponseStatus status,
            String document,
            boolean joinsConversation,
            @Nullable String usage) {
        /** Refuses a status that is not terminal. */
        public Terminal {
            if (!status.isTerminal()) {
                throw new IllegalArgumentException(status + " does not end a run");
            }
        }

        /** An end that says nothing of what was used. */
        public Terminal(ResponseStatus status, String document, boolean joinsConversation) {
            this(status, document, joinsConversation, null);
        }
    }

    /** What became of an append. */
    public enum Result {
        /** Everything is committed. */
        OK,
        /**
         * Nothing was written: the lease is not, or no longer, the current one, or the run has ended, or the log does not
         * end at {@code expectedLastSeq}.
         */
        FENCED,
        /** The commit's fate is not known; read the response again before doing anything else. */
        UNKNOWN
    }
}
