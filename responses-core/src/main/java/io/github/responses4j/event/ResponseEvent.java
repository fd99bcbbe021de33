package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;

/**
 * What a stream says. Immutable and kept whole. The set of kinds grows with the wire; what this version does not know is an {@link
 * ExtensionEvent}, and code that looks at kinds must let others pass.
 *
 * <p>The order in which events come is the stream room's affair: {@code created queued? in_progress item* end}.
 */
public sealed interface ResponseEvent
        permits LifecycleEvent,
                ItemEvent,
                PartEvent,
                DeltaEvent,
                DoneEvent,
                AnnotationAdded,
                ItemProgress,
                PartialImage,
                ShellProgress,
                ErrorEvent,
                ExtensionEvent {
    /** The event as on the wire. */
    JsonObject json();

    /** The kind's name on the wire, such as {@code response.output_text.delta}. */
    String type();

    /** The event's number in its stream, from 0; −1 if it has none. */
    default long sequenceNumber() {
        Long number = json().integer("sequence_number");
        return number == null ? -1 : number;
    }

    /** Whether the stream ends with this event. */
    default boolean isTerminal() {
        return false;
    }
}
