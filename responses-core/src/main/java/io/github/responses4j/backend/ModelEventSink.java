package io.github.responses4j.backend;

/** Where a backend speaks to: in order, on one thread. Back-pressure is not returning. */
@FunctionalInterface
public interface ModelEventSink {
    /** Takes the next event. */
    void accept(ModelEvent event);

    /**
     * Nothing more is at hand for now. A backend calls this before it waits for more, so that one write can carry everything that one
     * read produced.
     */
    default void flush() {}
}
