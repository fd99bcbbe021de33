package io.github.responses4j.engine;

import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Reasoning;
import io.github.responses4j.item.ReasoningText;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a context as it is kept into what a model is shown: sealed reasoning is opened, and everything before the newest summary of the
 * engine's own gives way to it. What others have sealed stays as it is.
 */
final class ShownContext {
    private static final String HEADING = "Summary of the conversation so far:\n\n";

    private final Sealer sealer;
    private final Tenant tenant;
    private final IdentityHashMap<Item, Integer> places = new IdentityHashMap<>();

    /**
     * A context of a tenant's.
     *
     * @param input the request's own items: what cannot be read among them is named by its place
     */
    ShownContext(Sealer sealer, Tenant tenant, List<Item> input) {
        this.sealer = sealer;
        this.tenant = tenant;
        for (int i = 0; i < input.size(); i++) {
            places.put(input.get(i), i);
        }
    }

    /**
     * What the model is shown: the list itself if that is all of it as it is.
     *
     * @throws InvalidRequestException if something that an engine has sealed cannot be read
     */
    @SuppressWarnings(
            "ReferenceEquality") // whether it is the same one: comparing what is in them would cost what is saved
    List<Item> of(List<Item> kept) {
        int newest = newestSummary(kept);
        List<Item> shown = null;
        for (int i = 0; i < kept.size(); i++) {
            Item item = kept.get(i);
            Item seen;
            if (i == newest) {
                seen = summary((Compaction) item);
            } else if (CompactionRule.isTrigger(item) || (i < newest && !Turns.isOrders(item))) {
                seen = null;
            } else {
                seen = opened(item);
            }
            // Most contexts are shown as they are, and need no copy.
            if (shown == null && seen != item) {
                shown = new ArrayList<>(kept.subList(0, i));
            }
            if (shown != null && seen != null) {
                shown.add(seen);
            }
        }
        if (newest >= 0) {
            // An answer needs its call on this side of the summary.
            CallPairs.check(kept.subList(newest + 1, kept.size()));
        }
        return shown == null ? kept : shown;
    }

    private int newestSummary(List<Item> kept) {
        int newest = -1;
        for (int i = 0; i < kept.size(); i++) {
            if (kept.get(i) instanceof Compaction compaction) {
                if (compaction.encryptedContent().isEmpty() && places.containsKey(compaction)) {
                    String path = path(compaction);
                    throw new InvalidRequestException(
                            "Missing required parameter: '" + path + "'.", "missing_required_parameter", path);
                }
                newest = Sealer.isSealed(compaction.encryptedContent()) ? i : newest;
            }
        }
        return newest;
    }

    // The user's words are in it too, so it has no more authority than they have.
    private Item summary(Compaction compaction) {
        String text = sealer.open(tenant, Sealer.Kind.SUMMARY, compaction.encryptedContent())
                .orElseThrow(() -> unreadable(compaction));
        return Message.user(HEADING + text);
    }

    /** Whether an item of a shown context stands for a summary. */
    static boolean isSummary(Item item) {
        return item.id() == null
                && item instanceof Message message
                && message.text().startsWith(HEADING);
    }

    private Item opened(Item item) {
        if (!(item instanceof Reasoning reasoning) || !Sealer.isSealed(reasoning.encryptedContent())) {
            return item;
        }
        if (!places.containsKey(item) && !reasoning.content().isEmpty()) {
            return bare(reasoning);
        }
        String raw = sealer.open(tenant, Sealer.Kind.REASONING, String.valueOf(reasoning.encryptedContent()))
                .orElseThrow(() -> unreadable(item));
        JsonObject part = ReasoningText.of(raw).json();
        return new Reasoning(
                bare(reasoning).json().toBuilder().put("content", List.of(part)).build());
    }

    /** Reasoning without the sealed copy of its text: no backend could read it. */
    static Item bare(Item item) {
        return item instanceof Reasoning reasoning
                        && Sealer.isSealed(reasoning.encryptedContent())
                        && !reasoning.content().isEmpty()
                ? new Reasoning(reasoning.json().without("encrypted_content"))
                : item;
    }

    private InvalidRequestException unreadable(Item item) {
        return new InvalidRequestException(
                "The encrypted content of " + (item.id() == null ? "an item" : "item '" + item.id() + "'")
                        + " could not be verified: it was changed, or made with another secret or for another caller.",
                "invalid_encrypted_content",
                path(item));
    }

    private @Nullable String path(Item item) {
        Integer place = places.get(item);
        return place == null ? null : "input[" + place + "].encrypted_content";
    }
}
