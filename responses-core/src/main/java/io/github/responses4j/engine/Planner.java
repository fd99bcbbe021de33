package io.github.responses4j.engine;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.backend.ModelRouter;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.codec.RequestPolicy;
import io.github.responses4j.codec.RequestRules;
import io.github.responses4j.codec.ResponseTemplate;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.item.InputText;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemIds;
import io.github.responses4j.item.ItemReference;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Role;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.StoredTurn;
import io.github.responses4j.store.Tenant;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks a request and gets everything ready for its run, so that whatever is wrong with it is found before anything happens. */
final class Planner {
    private final ModelRouter router;
    private final ToolPolicies policies;
    private final ContextLoader contexts;
    private final ContextShaper shaper;
    private final IdGenerator ids;
    private final Clock clock;
    private final Workshop workshop;

    Planner(
            ModelRouter router,
            ToolPolicies policies,
            ContextLoader contexts,
            ContextShaper shaper,
            Workshop workshop) {
        this.router = router;
        this.policies = policies;
        this.contexts = contexts;
        this.shaper = shaper;
        this.ids = workshop.ids();
        this.clock = workshop.clock();
        this.workshop = workshop;
    }

    /**
     * The run of a request. One that was carried out before under its key, and cannot be planned again because what it names is gone
     * since or has gone on, is a run all the same.
     */
    ResponseRun run(Tenant tenant, ResponseRequest request, RunOptions options) {
        try {
            return new ResponseRun(plan(tenant, request, options), workshop);
        } catch (InvalidRequestException | NotFoundException e) {
            Plan made = repeated(tenant, request, options);
            if (made == null) {
                throw e;
            }
            return new ResponseRun(made, workshop, made.id());
        }
    }

    /** The plan of a new response. */
    Plan plan(Tenant tenant, ResponseRequest request, RunOptions options) {
        try {
            return planned(tenant, request, options);
        } catch (ResponsesException e) {
            forget(request, options);
            throw e;
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }

    /** The plan of a request that was carried out before; null if it was not. */
    private @Nullable Plan repeated(Tenant tenant, ResponseRequest asked, RunOptions options) {
        if (options.idempotencyKey() == null) {
            return null;
        }
        RequestRules.check(asked.json());
        ResponseRequest request = RequestPolicy.withDefaults(asked, options.profile());
        IdempotencyKey key = Repeats.key(request, options);
        ResponseId made = key == null ? null : workshop.repeats().made(tenant, key);
        return made == null
                ? null
                : new Plan(
                        tenant,
                        made,
                        request,
                        options,
                        shaper.none(tenant),
                        null,
                        null,
                        List.of(),
                        0,
                        List.of(),
                        JsonObject.EMPTY,
                        List.of());
    }

    /** A response that was continued without success is no longer remembered by its connection. */
    static void forget(ResponseRequest request, RunOptions options) {
        SessionMemory memory = options.memory();
        ResponseId previous = request.previousResponseId();
        if (memory != null && previous != null) {
            memory.forget(previous);
        }
    }

    private Plan planned(Tenant tenant, ResponseRequest asked, RunOptions options) {
        RequestRules.check(asked.json());
        RequestPolicy.refuseUnknown(asked, options.profile());
        ResponseRequest request = RequestPolicy.withDefaults(asked, options.profile());
        refuseWhatIsNotBuilt(request);
        refuseKeyWithoutStore(request, options);
        Backend backend = backend(request);
        Loaded loaded = load(tenant, request, options);
        ContextShaper.Shaped shaped = shaper.shape(loaded, backend);
        String instructions = loaded.instructions();
        if (shaped.context().isEmpty() && instructions == null) {
            throw new InvalidRequestException(
                    "Missing required parameter: 'input'.", "missing_required_parameter", "input");
        }
        List<Warning> warnings = warnings(request, shaped, instructions);
        RequestPolicy.refuseUnsupported(warnings, options.profile());
        ResponseId id = new ResponseId(ids.next(ItemIds.RESPONSE));
        return new Plan(
                tenant,
                id,
                request,
                options,
                shaped.backend(),
                instructions,
                loaded.conversation(),
                loaded.input(),
                loaded.lifted(),
                shaped.context(),
                created(id, request, instructions, loaded.conversation()),
                warnings);
    }

    /** The tokens that a run of the request would show its model; nothing of the request is required. */
    long count(Tenant tenant, ResponseRequest request, RunOptions options) {
        RequestRules.checkMembers(request.json());
        refuseWhatIsNotBuilt(request);
        try {
            return shaper.count(
                    load(tenant, request, options), router.find(request.model()).orElse(null));
        } catch (StoreException e) {
            throw Failures.of(e);
        }
    }

    private Loaded load(Tenant tenant, ResponseRequest request, RunOptions options) {
        ContextLoader.History history = contexts.history(tenant, request, options);
        List<Item> named =
                request.input().stream().map(item -> ItemIds.withId(item, ids)).toList();
        refuseTwins(named);
        List<Item> input = contexts.resolved(tenant, named, history.items());
        int lifted = lifted(request, options.profile(), history.conversation(), input);
        return new Loaded(
                tenant,
                request,
                history.conversation(),
                instructions(request, options.profile(), input.subList(0, lifted), history),
                named,
                input,
                lifted,
                contexts.context(history.items(), input.subList(lifted, input.size())));
    }

    /**
     * The plan of a background response that another process has made.
     *
     * @throws ResponsesException if it cannot be carried out here: what it names is gone, or cannot be read
     */
    Plan resume(StoredResponse stored) {
        ResponseRequest request = Documents.request(stored);
        JsonObject notes = JsonObject.parse(stored.request());
        RunOptions options = RunOptions.DEFAULT.withProfile(profile(notes.string("profile", "")));
        JsonObject created = JsonObject.parse(stored.document());
        ContextLoader.History history = contexts.history(stored.tenant(), request, options);
        int lifted = Documents.lifted(StoredTurn.of(stored));
        List<Item> input = request.input();
        Loaded loaded = new Loaded(
                stored.tenant(),
                request,
                history.conversation(),
                created.string("instructions"),
                input,
                input,
                lifted,
                contexts.context(history.items(), input.subList(lifted, input.size())));
        ContextShaper.Shaped shaped = shaper.shape(loaded, backend(request));
        return new Plan(
                stored.tenant(),
                stored.id(),
                request,
                options,
                shaped.backend(),
                loaded.instructions(),
                history.conversation(),
                input,
                lifted,
                shaped.context(),
                created,
                List.of());
    }

    /** The profile of a name; a name that a program has given to a profile of its own means the default one. */
    private static Profile profile(String name) {
        try {
            return Profile.named(name);
        } catch (IllegalArgumentException unknown) {
            return Profile.DEFAULT;
        }
    }

    private Backend backend(ResponseRequest request) {
        Backend found = router.find(request.model())
                .orElseThrow(() -> new InvalidRequestException(
                        "The requested model '" + request.model() + "' does not exist.", "model_not_found", "model"));
        return policies.fit(found, request);
    }

    private JsonObject created(
            ResponseId id,
            ResponseRequest request,
            @Nullable String instructions,
            @Nullable ConversationTurn conversation) {
        JsonObject created = ResponseTemplate.of(id, clock.instant(), request, instructions);
        if (conversation == null) {
            return created;
        }
        JsonObject named =
                JsonObject.builder().put("id", conversation.id().value()).build();
        return created.toBuilder().put("conversation", named).build();
    }

    private static List<Warning> warnings(
            ResponseRequest request, ContextShaper.Shaped shaped, @Nullable String instructions) {
        List<Warning> warnings = new ArrayList<>(RequestPolicy.unknown(request));
        warnings.addAll(shaped.warnings());
        warnings.addAll(shaped.backend()
                .unsupported(new BackendRequest(
                        request.model(),
                        instructions,
                        shaped.context(),
                        request.tools(),
                        request.toolChoice(),
                        request.maxOutputTokens(),
                        request.stream(),
                        request)));
        return warnings;
    }

    private static void refuseWhatIsNotBuilt(ResponseRequest request) {
        if (!request.json().isAbsentOrNull("prompt")) {
            throw new InvalidRequestException("Unsupported parameter: 'prompt'.", "unsupported_parameter", "prompt");
        }
        if (request.background() && !request.store()) {
            throw new InvalidRequestException(
                    "A background response must be stored: 'background' cannot be combined with 'store' set to false.",
                    "unsupported_parameter",
                    "background");
        }
    }

    /** In a list each id stands for one item, or it could not be read page by page. */
    private static void refuseTwins(List<Item> input) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < input.size(); i++) {
            Item item = input.get(i);
            if (!(item instanceof ItemReference) && !seen.add(String.valueOf(item.id()))) {
                throw new InvalidRequestException(
                        "Duplicate item found with id " + item.id()
                                + ". Remove duplicate items from your input and try again.",
                        "invalid_value",
                        "input[" + i + "].id");
            }
        }
    }

    private static void refuseKeyWithoutStore(ResponseRequest request, RunOptions options) {
        if (options.idempotencyKey() != null && !request.store()) {
            throw new InvalidRequestException(
                    "A response that is not stored cannot be given again: 'Idempotency-Key' cannot be combined with"
                            + " 'store' set to false.",
                    "unsupported_parameter",
                    "Idempotency-Key");
        }
    }

    /** How many items at the start of the input become instructions; none in a conversation, where they stay what they are. */
    private static int lifted(
            ResponseRequest request, Profile profile, @Nullable ConversationTurn conversation, List<Item> input) {
        boolean lift = profile.liftSystemMessages() && request.instructions() == null && conversation == null;
        return lift ? leadingOrders(input) : 0;
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
