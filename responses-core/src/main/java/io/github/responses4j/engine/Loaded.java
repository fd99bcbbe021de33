package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Tenant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request with everything that it brings into play.
 *
 * @param tenant whose request it is
 * @param request the request
 * @param conversation the conversation that it belongs to, as it was read
 * @param instructions the standing orders in force
 * @param named the items of the request, each with an id, in the places that they have there
 * @param input the same with references replaced by what they name
 * @param lifted how many items at the start of {@code input} have become instructions
 * @param kept the context as it is kept: history and new items, oldest first
 */
record Loaded(
        Tenant tenant,
        ResponseRequest request,
        @Nullable ConversationTurn conversation,
        @Nullable String instructions,
        List<Item> named,
        List<Item> input,
        int lifted,
        List<Item> kept) {
    Loaded {
        named = List.copyOf(named);
        input = List.copyOf(input);
        kept = List.copyOf(kept);
    }
}
