package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.StoredTurn;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** All that a response was made of: its instructions as a message, what it continues, and its own input. */
final class ContextItems {
    /** What the instructions are called in the list. */
    private static final String INSTRUCTIONS = "msg_instructions";

    private final ResponseStore store;

    ContextItems(ResponseStore store) {
        this.store = store;
    }

    /** A page of them. */
    Page<Item> page(StoredResponse response, PageQuery query) {
        List<Item> all = all(response);
        if (query.newestFirst()) {
            Collections.reverse(all);
        }
        int from = query.after() == null ? 0 : 1 + place(all, query.after());
        int to = Math.min(all.size(), from + query.limit());
        return new Page<>(all.subList(from, to).stream().map(ListedItems::of).toList(), to < all.size());
    }

    private static int place(List<Item> items, String id) {
        for (int i = 0; i < items.size(); i++) {
            if (id.equals(items.get(i).id())) {
                return i;
            }
        }
        throw new InvalidRequestException("Item with id '" + id + "' not found.", null, "after");
    }

    private List<Item> all(StoredResponse response) {
        List<Item> items = new ArrayList<>();
        String instructions = JsonObject.parse(response.document()).string("instructions");
        if (instructions != null) {
            items.add(Message.system(instructions).withId(INSTRUCTIONS));
        }
        for (StoredItem item : history(response)) {
            items.add(Documents.item(item));
        }
        Documents.own(StoredTurn.of(response)).forEach(item -> items.add(Documents.item(item)));
        return items;
    }

    private List<StoredItem> history(StoredResponse response) {
        ConversationId conversation = response.conversation();
        if (conversation != null) {
            return store.conversationContent(response.tenant(), conversation)
                    .map(content -> before(content, response))
                    .orElse(List.of());
        }
        Chain chain = store.chain(response.tenant(), response.id())
                .orElseThrow(() -> new InvalidRequestException(
                        "The context of response '" + response.id()
                                + "' cannot be listed: a response that it continues was deleted.",
                        null,
                        "scope"));
        List<StoredItem> items = new ArrayList<>();
        for (StoredTurn turn : chain.earlier()) {
            items.addAll(Documents.own(turn));
            items.addAll(turn.output());
        }
        return items;
    }

    /** What the conversation held before the response, as far as it still does. */
    private static List<StoredItem> before(ConversationItems content, StoredResponse response) {
        List<String> own = response.input().stream().map(StoredItem::id).toList();
        List<StoredItem> before = new ArrayList<>();
        for (StoredItem item : content.items()) {
            if (own.contains(item.id())) {
                return before;
            }
            before.add(item);
        }
        return before;
    }
}
