package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A sink that keeps every event. Safe from any thread. */
public final class EventRecorder implements EventSink {
    private final List<ResponseEvent> events = new ArrayList<>();
    private final List<Integer> flushPoints = new ArrayList<>();
    private final Map<String, List<Runnable>> actions = new HashMap<>();

    /** A recorder that has heard nothing. */
    public EventRecorder() {}

    /**
     * Runs an action whenever an event of this type has come, on the thread that brings it; what it throws comes out of the sink.
     *
     * @return this recorder
     */
    public synchronized EventRecorder on(String type, Runnable action) {
        actions.computeIfAbsent(type, any -> new ArrayList<>()).add(action);
        return this;
    }

    @Override
    public void accept(ResponseEvent event) {
        List<Runnable> due;
        synchronized (this) {
            events.add(event);
            due = List.copyOf(actions.getOrDefault(event.type(), List.of()));
        }
        due.forEach(Runnable::run);
    }

    @Override
    public synchronized void flush() {
        flushPoints.add(events.size());
    }

    /** The events so far. */
    public synchronized List<ResponseEvent> events() {
        return List.copyOf(events);
    }

    /** The types of the events so far. */
    public synchronized List<String> types() {
        return events.stream().map(ResponseEvent::type).toList();
    }

    /** The events so far as they are on the wire. */
    public synchronized List<JsonNode> json() {
        List<JsonNode> all = new ArrayList<>();
        events.forEach(event -> all.add(event.json().toNode()));
        return List.copyOf(all);
    }

    /** How many events had come at each flush. */
    public synchronized List<Integer> flushPoints() {
        return List.copyOf(flushPoints);
    }
}
