package io.github.responses4j.item;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.json.JsonShapeException;

/**
 * A part of an item. Immutable and kept whole. The set of kinds grows with the wire; what this version does not know is an {@link
 * ExtensionContent}.
 */
public sealed interface Content
        permits InputText, InputImage, InputFile, OutputText, Refusal, SummaryText, ReasoningText, ExtensionContent {
    /** The part as on the wire. */
    JsonObject json();

    /** The kind's name on the wire, such as {@code input_text}. */
    default String type() {
        return json().string("type", "");
    }

    /** The part's text, empty for a part that has none. */
    default String plainText() {
        return "";
    }

    /**
     * The part of a wire object.
     *
     * @throws JsonShapeException if a member that the kind needs is missing or of the wrong type
     */
    static Content of(JsonObject json) {
        return switch (json.requireString("type")) {
            case InputText.TYPE -> new InputText(json);
            case InputImage.TYPE -> new InputImage(json);
            case InputFile.TYPE -> new InputFile(json);
            case OutputText.TYPE -> new OutputText(json);
            case Refusal.TYPE -> new Refusal(json);
            case SummaryText.TYPE -> new SummaryText(json);
            case ReasoningText.TYPE -> new ReasoningText(json);
            default -> new ExtensionContent(json);
        };
    }
}
