package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.SettableClock;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.HostedTool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * R6, G2: every call that a run makes to its store fails once, on either side of its commit, or is the last thing that its process
 * does; whatever it was, what was told stays true, everything ends, and no tool runs twice.
 */
class FaultsTest {
    private static final String THE_CALL = "the call has come, or there was none";
    private static final Tenant TENANT = Tenant.SINGLE;
    private static final List<String> METHODS = List.of(
            "create",
            "append",
            "chain",
            "lineage",
            "conversationContent",
            "claim",
            "reap",
            "renew",
            "toolStarted",
            "find",
            "tail",
            "cancel",
            "delete",
            "changed",
            "items");
    /** Of calls that come again and again: how many of them fail, one at a time. */
    private static final int REPEATED = 3;

    /** Those that have an event of their own. */
    private static final Set<ResponseStatus> ENDS =
            Set.of(ResponseStatus.COMPLETED, ResponseStatus.INCOMPLETE, ResponseStatus.FAILED);

    private static final ConversationId CONVERSATION = new ConversationId("conv_1");

    private static Thread.@Nullable UncaughtExceptionHandler usual;

    /** What clients do; each is one run, with what comes before it. */
    enum Run {
        FOREGROUND("text:3:0:a"),
        FOREGROUND_STREAM("text:3:0:a", "stream"),
        FOREGROUND_TOOL("call:note;text:3:0:a"),
        FOREGROUND_CONVERSATION("text:3:0:a", "conversation"),
        FOREGROUND_CHAIN("text:3:0:a", "chain"),
        BACKGROUND("text:3:0:a", "background"),
        BACKGROUND_STREAM("text:3:1:a", "background", "stream"),
        BACKGROUND_TOOL("call:note;text:3:0:a", "background"),
        BACKGROUND_STREAM_TOOL("call:note;text:3:1:a", "background", "stream"),
        BACKGROUND_CONVERSATION("text:3:0:a", "background", "stream", "conversation"),
        BACKGROUND_CHAIN("text:3:0:a", "background", "chain"),
        BACKGROUND_CANCEL("hold:2:a", "background", "stream", "cancel"),
        BACKGROUND_DELETE("hold:2:a", "background", "stream", "delete");

        private final String script;

        @SuppressWarnings("ImmutableEnumChecker") // a copy that nobody changes
        private final List<String> how;

        Run(String script, String... how) {
            this.script = script;
            this.how = List.of(how);
        }

        boolean is(String what) {
            return how.contains(what);
        }
    }

    /** What a stream came to for who read it to its end. */
    private record Streamed(Response response, List<String> events) {}

    /** One run over a store of its own. */
    private static final class Scene {
        final ResponseStore inner = ResponseStore.inMemory();
        /** The store that engines are given: the inner one, or one that lacks a guard. */
        ResponseStore given = inner;

        final AtomicInteger tools = new AtomicInteger();
        final List<Response> told = new ArrayList<>();
        final List<List<String>> heard = new ArrayList<>();
        final List<Streamed> streamed = new ArrayList<>();
        boolean deleted;

        ResponsesEngine engine(ResponseStore store) {
            BackgroundLimits background = BackgroundLimits.DEFAULT
                    .withMaxRuns(2)
                    .withLease(Duration.ofMillis(150))
                    .withPoll(Duration.ofMillis(10));
            return ResponsesEngine.builder()
                    .store(store)
                    .backend(new ScriptModel())
                    .limits(Limits.DEFAULT.withBackground(background))
                    .tool(HostedTool.of("note", "A tool.", JsonObject.parse("{\"type\":\"object\"}"), invocation -> {
                        tools.incrementAndGet();
                        return "noted";
                    }))
                    .build();
        }
    }

    private static ResponseRequest request(Run run, @Nullable String previous) {
        ResponseRequest.Builder request = ResponseRequest.builder("m", run.script)
                .tool(FunctionTool.of("note", "A tool.", JsonObject.parse("{\"type\":\"object\"}")));
        for (String flag : List.of("background", "stream")) {
            if (run.is(flag)) {
                request.set(flag, BooleanNode.TRUE);
            }
        }
        if (run.is("conversation")) {
            request.set("conversation", TextNode.valueOf(CONVERSATION.value()));
        }
        if (previous != null) {
            request.set("previous_response_id", TextNode.valueOf(previous));
        }
        return request.build();
    }

    /** Does what a run does, as its clients would; says what they were told. */
    private static void play(Run run, Scene scene, ResponsesEngine engine) {
        try {
            String previous = null;
            if (run.is("chain")) {
                Response parent = engine.create(
                        TENANT, ResponseRequest.builder("m", "text:1:0:p").build());
                scene.told.add(parent);
                previous = parent.id().value();
            }
            if (run.is("stream")) {
                List<String> events = new ArrayList<>();
                scene.heard.add(events);
                boolean stops = run.is("cancel") || run.is("delete");
                Response response = engine.stream(TENANT, request(run, previous), event -> {
                    events.add(event.json().toAscii());
                    if (stops && event.type().equals("response.output_text.delta")) {
                        stop(run, scene, engine, Client.json(events.get(0)));
                    }
                });
                scene.told.add(response);
                scene.streamed.add(new Streamed(response, events));
            } else {
                scene.told.add(engine.create(TENANT, request(run, previous)));
            }
        } catch (ResponsesException refused) {
            // The client was told that it did not work.
        } catch (Faults.Gone gone) {
            // Nobody is told anything any more.
        }
    }

    private static void stop(Run run, Scene scene, ResponsesEngine engine, JsonNode created) {
        io.github.responses4j.store.ResponseId id = new io.github.responses4j.store.ResponseId(
                created.path("response").path("id").asText());
        if (run.is("cancel")) {
            engine.cancel(TENANT, id);
        } else if (!scene.deleted) {
            engine.delete(TENANT, id);
            scene.deleted = true;
        }
    }

    /** Threads of a process that has ended have nothing to say. */
    @BeforeAll
    static void silence() {
        usual = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> {
            if (!(thrown instanceof Faults.Gone) && usual != null) {
                usual.uncaughtException(thread, thrown);
            }
        });
    }

    @AfterAll
    static void unsilence() {
        Thread.setDefaultUncaughtExceptionHandler(usual);
    }

    @ParameterizedTest
    @EnumSource(Run.class)
    void everyCallMayFail(Run run) {
        int faults = 0;
        for (String method : METHODS) {
            int calls = Math.min(count(run, method), polled(method) ? REPEATED : 1_000);
            for (int number = 1; number <= calls; number++) {
                for (Faults.Kind kind : Faults.Kind.values()) {
                    strike(run, null, method, number, kind);
                    faults++;
                }
            }
        }
        assertThat(faults).isPositive();
        Column.report("G2 " + run + ": " + faults + " faults");
    }

    /** Whether a timer makes the call: how often is a matter of time. */
    private static boolean polled(String method) {
        return List.of("claim", "renew", "tail", "changed", "find").contains(method);
    }

    private static int count(Run run, String method) {
        Scene scene = new Scene();
        Faults faults = new Faults(scene.inner, "", 0, null);
        scene.inner.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
        try (ResponsesEngine engine = scene.engine(faults.store())) {
            play(run, scene, engine);
            settle(run, scene);
        }
        assertThat(scene.told.isEmpty() && !scene.deleted)
                .as("without a fault the client is told everything")
                .isFalse();
        AtomicInteger calls = faults.calls().get(method);
        return calls == null ? 0 : calls.get();
    }

    /** G13: with a guard of the store switched off, some fault is found that the engine does not get over. */
    @ParameterizedTest
    @CsvSource({
        "COMMIT, FOREGROUND, create",
        "ALL_OR_NOTHING, FOREGROUND, create",
        "READ_ORDER, BACKGROUND_STREAM, create",
        "REAPER, FOREGROUND, create",
        "CANCEL_COMMIT, BACKGROUND_CANCEL, create",
        "TOOL_JOURNAL, BACKGROUND_STREAM_TOOL, append",
        "STATUS_FIRST, BACKGROUND_STREAM, create",
        "PERSIST_THEN_SHOW, BACKGROUND_STREAM_TOOL, append"
    })
    void aGuardThatIsOffIsMissed(Guard guard, Run run, String method) {
        for (int number = 0; number < 20; number++) {
            for (Faults.Kind kind : Faults.Kind.values()) {
                try {
                    strike(run, guard, method, 1 + number % 4, kind);
                } catch (AssertionError found) {
                    if (String.valueOf(found.getMessage()).contains(THE_CALL)) {
                        // The fault has not struck: that is no guard's doing.
                        continue;
                    }
                    Column.report("G13 " + guard + ": found by "
                            + found.getMessage().lines().findFirst().orElse(""));
                    return;
                }
            }
        }
        throw new AssertionError("no fault misses the guard " + guard);
    }

    private static void strike(Run run, @Nullable Guard missing, String method, int number, Faults.Kind kind) {
        Scene scene = new Scene();
        scene.given = spoilt(scene, missing);
        scene.inner.createConversation(new NewConversation(TENANT, CONVERSATION, "{}", List.of()));
        Faults faults = new Faults(scene.given, method, number, kind);
        ResponsesEngine engine = scene.engine(faults.store());
        faults.onGone(engine::close);
        try {
            play(run, scene, engine);
            if (kind.halts()) {
                // Of a run in the background its client is not told when the process ends.
                Timing.until(THE_CALL, Duration.ofSeconds(10), () -> faults.hasStruck() || hasEnded(scene));
                faults.halt();
                engine.close();
                Faults sound = new Faults(spoilt(scene, missing), "", 0, null);
                engine = scene.engine(sound.store());
            }
            insist(run, scene, engine);
            settle(run, scene);
            check(run, scene, engine);
        } catch (AssertionError e) {
            throw new AssertionError(run + ", " + kind + " at " + method + " " + number + ": " + e.getMessage(), e);
        } finally {
            engine.close();
        }
    }

    /** The store as one process has it. */
    private static ResponseStore spoilt(Scene scene, @Nullable Guard missing) {
        return missing == null ? scene.inner : missing.off(scene.inner, new SettableClock());
    }

    private static List<StoredResponse> all(Scene scene) {
        return scene.inner.responses(TENANT, new PageQuery(null, 100, false)).data();
    }

    /** A client who was not told that its cancel worked asks again. */
    private static void insist(Run run, Scene scene, ResponsesEngine engine) {
        if (run.is("cancel") || run.is("delete")) {
            for (StoredResponse stored : all(scene)) {
                try {
                    engine.cancel(TENANT, stored.id());
                } catch (NotFoundException gone) {
                    // It was to be deleted, and is by now.
                }
            }
        }
    }

    private static void settle(Run run, Scene scene) {
        Timing.until("everything has ended after " + run, Duration.ofSeconds(10), () -> hasEnded(scene));
    }

    private static boolean hasEnded(Scene scene) {
        return all(scene).stream().allMatch(response -> response.status().isTerminal());
    }

    private static void check(Run run, Scene scene, ResponsesEngine engine) {
        for (StoredResponse stored : all(scene)) {
            JsonNode response;
            Tail log;
            try {
                response = engine.retrieve(TENANT, stored.id()).json().toNode();
                log = scene.inner
                        .tail(TENANT, stored.id(), -1, 10_000)
                        .orElseThrow(() -> new NotFoundException("", null));
            } catch (NotFoundException meanwhile) {
                // What was never acknowledged is cleared away beside; what was is looked for below.
                continue;
            }
            if (log.lastSeq() >= 0) {
                History.checkWhole(
                        log.events().stream().map(event -> event.json()).toList(), response);
            }
        }
        for (Response told : scene.told) {
            if (told.status().isTerminal() && !scene.deleted) {
                assertThat(engine.retrieve(TENANT, told.id()).json()).isEqualTo(told.json());
            }
        }
        for (List<String> events : scene.heard) {
            delivered(run, scene, events);
        }
        for (Streamed streamed : scene.streamed) {
            if (ENDS.contains(streamed.response().status()) && !scene.deleted) {
                String last = streamed.events().get(streamed.events().size() - 1);
                assertThat(last)
                        .as("I4 the end is told")
                        .contains("\"type\":\"response."
                                + streamed.response().status().wire() + "\"");
            }
        }
        assertThat(scene.tools.get()).as("I7").isLessThanOrEqualTo(1);
        assertThat(scene.inner.addConversationItems(TENANT, CONVERSATION, List.of()))
                .as("I9")
                .isEqualTo(ConversationChange.DONE);
    }

    /** I3: what was delivered of a log is what it begins with. */
    private static void delivered(Run run, Scene scene, List<String> events) {
        if (events.isEmpty() || run.is("delete") || !run.is("background")) {
            return;
        }
        String id = Client.json(events.get(0)).path("response").path("id").asText();
        List<String> log = scene
                .inner
                .tail(TENANT, new io.github.responses4j.store.ResponseId(id), -1, 10_000)
                .orElseThrow()
                .events()
                .stream()
                .map(event -> event.json())
                .toList();
        assertThat(log.subList(0, Math.min(events.size(), log.size()))).as("I3").isEqualTo(events);
    }
}
