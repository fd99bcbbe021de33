package io.github.responses4j.engine;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.item.Content;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemIds;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Role;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.CompactedResponse;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.ServerException;
import io.github.responses4j.tool.Cancellation;
import io.github.responses4j.tool.ToolChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Makes a context shorter for a caller who asks for nothing else. Nothing is kept. */
final class Compactor {
    private static final Set<String> MEMBERS = Set.of(
            "model",
            "input",
            "previous_response_id",
            "conversation",
            "instructions",
            "prompt_cache_key",
            "service_tier",
            "safety_identifier",
            "user",
            "truncation");

    private final Workshop workshop;

    Compactor(Workshop workshop) {
        this.workshop = workshop;
    }

    /** The request without what has no meaning here. */
    static ResponseRequest only(ResponseRequest request) {
        JsonObject.Builder body = JsonObject.builder();
        for (String name : request.json().names()) {
            if (MEMBERS.contains(name)) {
                body.put(name, Objects.requireNonNull(request.json().get(name)));
            }
        }
        return ResponseRequest.of(body.build());
    }

    /**
     * Has the model sum up the context that was planned for.
     *
     * @throws ResponsesException if there is none, or the model does not
     */
    CompactedResponse compact(Plan plan, Cancellation caller) {
        if (plan.context().isEmpty()) {
            throw new InvalidRequestException(
                    "Missing required parameter: 'input'.", "missing_required_parameter", "input");
        }
        Cancellation cancellation = new Cancellation();
        Running.Entry entry = workshop.running().enter(plan.key(), cancellation, () -> {});
        try (Cancellation.Registration ignored = caller.onCancel(cancellation::cancel);
                Deadlines.Deadline ending = workshop.deadline(plan, cancellation::cancel)) {
            return compacted(plan, plan.backend().summarize(request(plan), cancellation));
        } catch (BackendException e) {
            throw cancellation.isCancelled()
                    ? new ServerException("The context could not be compacted in time.", true, e)
                    : Failures.of(e);
        } finally {
            workshop.running().leave(plan.key(), entry);
        }
    }

    private static BackendRequest request(Plan plan) {
        return new BackendRequest(
                plan.request().model(),
                plan.instructions(),
                plan.context(),
                List.of(),
                ToolChoice.AUTO,
                null,
                false,
                plan.request());
    }

    private CompactedResponse compacted(Plan plan, ContextBackend.Summary summary) {
        List<Item> output = new ArrayList<>();
        for (Item item : plan.context()) {
            if (item instanceof Message message && message.role() == Role.USER && !ShownContext.isSummary(item)) {
                output.add(replayed(message));
            }
        }
        output.add(ItemIds.withId(summary.item(), workshop.ids()));
        return CompactedResponse.of(plan.id(), workshop.clock().instant(), output, summary.usage());
    }

    private Item replayed(Message message) {
        Item named = ItemIds.withId(message, workshop.ids());
        return new Message(JsonObject.ofType(Message.TYPE)
                .put("id", named.id())
                .put("role", Role.USER.wire())
                .put("status", ItemStatus.COMPLETED.wire())
                .put("content", message.content().stream().map(Content::json).toList())
                .build());
    }
}
