package io.github.responses4j.backend;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.item.Annotation;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Usage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a backend says. It knows no numbers, no places and no wire names: those are made from these few words, in one place. The set is
 * frozen within a major version.
 */
public sealed interface ModelEvent {
    /**
     * The text has grown.
     *
     * @param text by what; may be empty
     * @param logprobs the log probabilities of this piece in the wire's form, a list; null if there are none
     */
    record TextDelta(String text, @Nullable JsonNode logprobs) implements ModelEvent {
        /** A piece without log probabilities. */
        public TextDelta(String text) {
            this(text, null);
        }
    }

    /**
     * The refusal has grown.
     *
     * @param text by what
     */
    record RefusalDelta(String text) implements ModelEvent {}

    /**
     * The raw reasoning has grown.
     *
     * @param text by what
     */
    record ReasoningDelta(String text) implements ModelEvent {}

    /**
     * The reasoning summary has grown.
     *
     * @param text by what
     * @param part which part of the summary, from 0; a higher number begins a new part
     */
    record ReasoningSummaryDelta(String text, int part) implements ModelEvent {}

    /**
     * The model begins to call a tool. Calls may overlap; their pieces are told apart by the call's id.
     *
     * @param callId the call's id, unique within the sample
     * @param name the tool's name
     * @param custom whether it is a custom tool, which takes free text
     * @param fields further members of the call, such as {@code namespace}; those that every call has are not among them
     */
    record CallStarted(String callId, String name, boolean custom, JsonObject fields) implements ModelEvent {
        /** A call without further members. */
        public CallStarted(String callId, String name, boolean custom) {
            this(callId, name, custom, JsonObject.EMPTY);
        }

        /** A call of a function. */
        public CallStarted(String callId, String name) {
            this(callId, name, false);
        }
    }

    /**
     * What a call hands to its tool has grown.
     *
     * @param callId the id of a call that has started
     * @param text by what
     */
    record CallDelta(String callId, String text) implements ModelEvent {}

    /**
     * A call is whole. A backend that cannot tell leaves this out; all calls are whole when the model stops.
     *
     * @param callId the id of a call that has started
     */
    record CallEnded(String callId) implements ModelEvent {}

    /**
     * The text so far points to a source.
     *
     * @param annotation what it points to
     */
    record AnnotationAdded(Annotation annotation) implements ModelEvent {}

    /**
     * The message, call or reasoning that is growing has further members, such as {@code encrypted_content} or {@code phase}. If
     * nothing grows, an empty reasoning item is begun for them.
     *
     * @param fields members to be put into the item when it is whole
     */
    record ItemFields(JsonObject fields) implements ModelEvent {}

    /** What has been growing is whole; whatever comes next begins a new item, or a new part of the same kind. */
    record ItemEnded() implements ModelEvent {}

    /**
     * A whole item that the backend made by itself, such as the call of a tool that it runs.
     *
     * @param item the item; its id is replaced
     * @param previews the images that came before an image was whole, in order, each with the members {@code partial_image_index} and
     *     {@code partial_image_b64}; empty for every other item
     */
    record WholeItem(Item item, List<JsonObject> previews) implements ModelEvent {
        /** Copies the list. */
        public WholeItem {
            previews = List.copyOf(previews);
        }

        /** An item without previews. */
        public WholeItem(Item item) {
            this(item, List.of());
        }
    }

    /**
     * Tokens used by this sample. May come more than once; the last one counts.
     *
     * @param usage the tokens
     */
    record UsageReported(Usage usage) implements ModelEvent {}

    /**
     * The model has stopped. Exactly one per sample; only {@link UsageReported} may follow.
     *
     * @param reason why
     */
    record Stopped(StopReason reason) implements ModelEvent {}
}
