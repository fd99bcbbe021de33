package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.Tenant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that has been checked and for which everything is at hand; nothing has happened yet.
 *
 * @param tenant whose request it is
 * @param id the id of the response to come
 * @param request the request
 * @param options how to carry it out
 * @param backend what samples the model
 * @param instructions the standing orders in force
 * @param conversation the conversation that it belongs to, as it was read
 * @param input the request's own items, each with an id, references replaced by what they name
 * @param lifted how many items at the start of {@code input} have become instructions
 * @param context everything that the model is to see, oldest first
 * @param created the response as it is created
 * @param warnings what is not honoured
 */
record Plan(
        Tenant tenant,
        ResponseId id,
        ResponseRequest request,
        RunOptions options,
        ContextBackend backend,
        @Nullable String instructions,
        @Nullable ConversationTurn conversation,
        List<Item> input,
        int lifted,
        List<Item> context,
        JsonObject created,
        List<Warning> warnings) {
    Plan {
        input = List.copyOf(input);
        context = List.copyOf(context);
        warnings = List.copyOf(warnings);
    }

    ResponseKey key() {
        return new ResponseKey(tenant, id);
    }
}
