package io.github.responses4j.event;

/** Where events go, in order and one at a time. Back-pressure is not returning. */
@FunctionalInterface
public interface EventSink {
    /** Takes the next event. */
    void accept(ResponseEvent event);

    /**
     * Nothing more is at hand for now: what has been taken may go out. Called before the engine waits for a backend or a tool, so one
     * write can carry all the events that one read of the backend's produced.
     */
    default void flush() {}

    /** A sink that keeps nothing. */
    static EventSink discard() {
        return event -> {};
    }
}
