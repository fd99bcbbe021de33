package io.github.responses4j.event;

/**
 * Where in a response something stands.
 *
 * @param itemId the item's id
 * @param outputIndex the item's place in the output, from 0
 * @param partIndex the part's place in the item's content or summary, from 0; {@link #NO_PART} for the item itself
 */
public record Place(String itemId, int outputIndex, int partIndex) {
    /** The part index of a place that is an item as a whole. */
    public static final int NO_PART = -1;

    /** The item as a whole. */
    public static Place item(String itemId, int outputIndex) {
        return new Place(itemId, outputIndex, NO_PART);
    }
}
