package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemReference;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts together what the model is to see: the whole chain of earlier responses, then the new items. Nothing is dropped. */
final class ContextLoader {
    private final ResponseStore store;
    private final Limits limits;

    ContextLoader(ResponseStore store, Limits limits) {
        this.store = store;
        this.limits = limits;
    }

    /**
     * What earlier responses leave to a new one.
     *
     * @param items their input and output items, oldest first
     * @param instructions the standing orders in force at the last of them
     */
    record History(List<Item> items, @Nullable String instructions) {
        static final History NONE = new History(List.of(), null);
    }

    History history(Tenant tenant, ResponseRequest request) {
        ResponseId previous = request.previousResponseId();
        if (previous == null) {
            return History.NONE;
        }
        List<StoredResponse> chain = store.chain(tenant, previous).orElseThrow(() -> notFound(previous));
        StoredResponse last = chain.get(chain.size() - 1);
        if (!last.status().isTerminal()) {
            throw new InvalidRequestException(
                    "Previous response with id '" + previous + "' is not finished yet.",
                    "previous_response_not_finished",
                    "previous_response_id");
        }
        List<Item> items = new ArrayList<>();
        for (StoredResponse turn : chain) {
            List<StoredItem> input = turn.input();
            input.subList(Documents.lifted(turn), input.size()).forEach(item -> items.add(Documents.item(item)));
            turn.output().forEach(item -> items.add(Documents.item(item)));
        }
        return new History(items, JsonObject.parse(last.document()).string("instructions"));
    }

    static InvalidRequestException notFound(ResponseId id) {
        return new InvalidRequestException(
                "Previous response with id '" + id + "' not found.",
                "previous_response_not_found",
                "previous_response_id");
    }

    /**
     * History and new items together, each reference replaced by what it names, each call answered.
     *
     * @param lifted how many items at the start of {@code input} are no part of the context
     */
    List<Item> context(List<Item> history, List<Item> input, int lifted) {
        Map<String, Item> known = new HashMap<>();
        history.forEach(item -> known.put(String.valueOf(item.id()), item));
        List<Item> context = new ArrayList<>(history);
        for (int i = lifted; i < input.size(); i++) {
            Item item = input.get(i);
            if (!(item instanceof ItemReference)) {
                context.add(item);
            } else if (!known.containsKey(String.valueOf(item.id()))) {
                throw new InvalidRequestException(
                        "Item with id '" + item.id() + "' not found.", null, "input[" + i + "].id");
            }
            // A reference to an item of the chain names what the model sees already.
        }
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
