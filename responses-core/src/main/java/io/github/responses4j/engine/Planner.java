package io.github.responses4j.engine;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelRouter;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.codec.RequestRules;
import io.github.responses4j.codec.ResponseTemplate;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.item.InputText;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemIds;
import io.github.responses4j.item.ItemReference;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Role;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.Tenant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks a request and gets everything ready for its run, so that whatever is wrong with it is found before anything happens. */
final class Planner {
    private static final List<String> NOT_YET = List.of("conversation", "prompt");

    private final ModelRouter router;
    private final ToolPolicies policies;
    private final ContextLoader contexts;
    private final IdGenerator ids;
    private final Clock clock;

    Planner(ModelRouter router, ToolPolicies policies, ContextLoader contexts, IdGenerator ids, Clock clock) {
        this.router = router;
        this.policies = policies;
        this.contexts = contexts;
        this.ids = ids;
        this.clock = clock;
    }

    Plan plan(Tenant tenant, ResponseRequest request, Profile profile) {
        RequestRules.check(request.json());
        refuseWhatIsNotBuilt(request);
        Backend found = router.find(request.model())
                .orElseThrow(() -> new InvalidRequestException(
                        "The requested model '" + request.model() + "' does not exist.", "model_not_found", "model"));
        Backend backend = policies.fit(found, request);
        ContextLoader.History history;
        try {
            history = contexts.history(tenant, request);
        } catch (StoreException e) {
            throw Failures.of(e);
        }
        List<Item> input =
                request.input().stream().map(item -> ItemIds.withId(item, ids)).toList();
        int lifted = profile.liftSystemMessages() && request.instructions() == null ? leadingOrders(input) : 0;
        String instructions = instructions(request, profile, input.subList(0, lifted), history);
        List<Item> context = contexts.context(history.items(), input, lifted);
        if (context.isEmpty() && instructions == null) {
            throw new InvalidRequestException(
                    "Missing required parameter: 'input'.", "missing_required_parameter", "input");
        }
        ResponseId id = new ResponseId(ids.next(ItemIds.RESPONSE));
        List<Warning> warnings = new ArrayList<>(warnings(request));
        warnings.addAll(backend.unsupported(new BackendRequest(
                request.model(),
                instructions,
                context,
                request.tools(),
                request.toolChoice(),
                request.maxOutputTokens(),
                request.stream(),
                request)));
        return new Plan(
                tenant,
                id,
                request,
                backend,
                instructions,
                input.stream().filter(item -> !(item instanceof ItemReference)).toList(),
                lifted,
                context,
                ResponseTemplate.of(id, clock.instant(), request, instructions),
                warnings);
    }

    private static void refuseWhatIsNotBuilt(ResponseRequest request) {
        if (request.background()) {
            throw new InvalidRequestException(
                    "Background responses are not supported.", "unsupported_parameter", "background");
        }
        for (String name : NOT_YET) {
            if (!request.json().isAbsentOrNull(name)) {
                throw new InvalidRequestException(
                        "Unsupported parameter: '" + name + "'.", "unsupported_parameter", name);
            }
        }
    }

    private static List<Warning> warnings(ResponseRequest request) {
        List<Warning> warnings = new ArrayList<>();
        if ("auto".equals(request.json().string("truncation"))) {
            warnings.add(new Warning("truncation", "nothing is truncated; a context that is too long is refused"));
        }
        if (!request.json().objects("context_management").isEmpty()) {
            warnings.add(new Warning("context_management", "the context is not compacted"));
        }
        return warnings;
    }

    /** How many messages at the start of the input are standing orders in plain text. */
    private static int leadingOrders(List<Item> input) {
        int count = 0;
        while (count < input.size() && isOrders(input.get(count))) {
            count++;
        }
        return count;
    }

    private static boolean isOrders(Item item) {
        return item instanceof Message message
                && (message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER)
                && message.content().stream().allMatch(InputText.class::isInstance);
    }

    private static @Nullable String instructions(
            ResponseRequest request, Profile profile, List<Item> lifted, ContextLoader.History history) {
        String given = request.instructions();
        if (given != null) {
            return given.isEmpty() ? null : given;
        }
        if (!lifted.isEmpty()) {
            return lifted.stream().map(item -> ((Message) item).text()).collect(Collectors.joining("\n\n"));
        }
        return profile.inheritInstructions() ? history.instructions() : null;
    }
}
