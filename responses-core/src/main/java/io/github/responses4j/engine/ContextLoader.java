package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemReference;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts together what the model is to see: the whole chain of earlier responses, then the new items. Nothing is dropped. */
final class ContextLoader {
    /** The version of a conversation that nothing has happened to yet. */
    static final long UNTOUCHED = 0;

    private final ResponseStore store;
    private final Limits limits;
    private final ContextCache cache;

    ContextLoader(ResponseStore store, Limits limits, ContextCache cache) {
        this.store = store;
        this.limits = limits;
        this.cache = cache;
    }

    /**
     * What earlier responses leave to a new one.
     *
     * @param items their input and output items, oldest first
     * @param instructions the standing orders in force at the last of them
     * @param conversation the conversation that the items were read from, as it was then; null if they come from a chain
     */
    record History(
            List<Item> items,
            @Nullable String instructions,
            @Nullable ConversationTurn conversation) {
        static final History NONE = new History(List.of(), null, null);
    }

    History history(Tenant tenant, ResponseRequest request, RunOptions options) {
        ResponseId previous = request.previousResponseId();
        if (previous != null) {
            SessionMemory memory = options.memory();
            History remembered = memory == null ? null : memory.find(previous);
            return remembered == null ? chain(tenant, previous) : remembered;
        }
        ConversationId conversation = request.conversation();
        return conversation == null ? History.NONE : conversation(tenant, conversation, options);
    }

    /** The chain in one round trip: its ids if all of it is at hand, which shows that it still exists, otherwise all of it. */
    private History chain(Tenant tenant, ResponseId previous) {
        List<ContextCache.Turn> known = cache.chain(tenant, previous);
        List<ContextCache.Turn> turns =
                known != null && isKept(tenant, previous, known) ? known : read(tenant, previous);
        int size = 0;
        for (ContextCache.Turn turn : turns) {
            size += turn.items().size();
        }
        List<Item> items = new ArrayList<>(size);
        for (ContextCache.Turn turn : turns) {
            items.addAll(turn.items());
        }
        ContextCache.Orders orders = turns.get(turns.size() - 1).orders();
        return new History(items, orders == null ? null : orders.text(), null);
    }

    private boolean isKept(Tenant tenant, ResponseId previous, List<ContextCache.Turn> known) {
        List<ResponseId> lineage = store.lineage(tenant, previous).orElseThrow(() -> {
            cache.forget(new ResponseKey(tenant, previous));
            return notFound(previous);
        });
        if (lineage.size() != known.size()) {
            return false;
        }
        for (int i = 0; i < lineage.size(); i++) {
            if (!lineage.get(i).equals(known.get(i).id())) {
                return false;
            }
        }
        return true;
    }

    private List<ContextCache.Turn> read(Tenant tenant, ResponseId previous) {
        Chain chain = store.chain(tenant, previous).orElseThrow(() -> notFound(previous));
        if (!chain.last().status().isTerminal()) {
            throw new InvalidRequestException(
                    "Previous response with id '" + previous + "' is not finished yet.",
                    "previous_response_not_finished",
                    "previous_response_id");
        }
        return cache.turns(chain);
    }

    private History conversation(Tenant tenant, ConversationId id, RunOptions options) {
        Optional<ConversationItems> content = store.conversationContent(tenant, id);
        if (content.isEmpty() && options.profile().createUnknownConversations()) {
            // It is made when the run begins: what is refused or only counted leaves nothing behind.
            return new History(List.of(), null, new ConversationTurn(id, UNTOUCHED));
        }
        ConversationItems found = content.orElseThrow(
                () -> new NotFoundException("Conversation with id '" + id + "' not found.", "conversation"));
        return new History(
                found.items().stream().map(Documents::item).toList(), null, new ConversationTurn(id, found.version()));
    }

    static InvalidRequestException notFound(ResponseId id) {
        return new InvalidRequestException(
                "Previous response with id '" + id + "' not found.",
                "previous_response_not_found",
                "previous_response_id");
    }

    /**
     * The input with each reference replaced by what it names; a reference to what the model sees already is left out.
     *
     * @throws InvalidRequestException if a reference names nothing that is kept for this tenant
     */
    List<Item> resolved(Tenant tenant, List<Item> input, List<Item> history) {
        return resolved(tenant, input, history, "input");
    }

    /**
     * As {@link #resolved(Tenant, List, List)}.
     *
     * @param path what the list is called
     */
    List<Item> resolved(Tenant tenant, List<Item> input, List<Item> history, String path) {
        List<String> names = input.stream()
                .filter(ItemReference.class::isInstance)
                .map(item -> String.valueOf(item.id()))
                .toList();
        if (names.isEmpty()) {
            return input;
        }
        Set<String> seen = new HashSet<>();
        history.forEach(item -> seen.add(String.valueOf(item.id())));
        Map<String, StoredItem> kept = store.items(
                tenant, names.stream().filter(name -> !seen.contains(name)).toList());
        List<Item> resolved = new ArrayList<>();
        for (int i = 0; i < input.size(); i++) {
            Item item = input.get(i);
            if (!(item instanceof ItemReference)) {
                resolved.add(item);
                continue;
            }
            String name = String.valueOf(item.id());
            StoredItem named = kept.get(name);
            if (named != null && seen.add(name)) {
                resolved.add(Documents.item(named));
            } else if (!seen.contains(name)) {
                throw new InvalidRequestException(
                        "Item with id '" + name + "' not found.", null, path + "[" + i + "].id");
            }
        }
        return resolved;
    }

    /**
     * History and new items together, each call answered.
     *
     * @param input the new items, without those that have become instructions
     */
    List<Item> context(List<Item> history, List<Item> input) {
        List<Item> context = new ArrayList<>(history.size() + input.size());
        context.addAll(history);
        context.addAll(input);
        if (context.size() > limits.maxContextItems()) {
            throw new InvalidRequestException(
                    "Your input exceeds the context window of this model: it has " + context.size() + " items, at most "
                            + limits.maxContextItems() + " are allowed.",
                    "context_length_exceeded",
                    "input");
        }
        CallPairs.check(context);
        return context;
    }
}
