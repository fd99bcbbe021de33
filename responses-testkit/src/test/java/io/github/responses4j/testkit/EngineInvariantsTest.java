package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The extension is seen to bite. */
class EngineInvariantsTest {
    private static final Gate RELEASE = new Gate();

    /** A store that does not give back what it was given. */
    private static final class Forgetful extends ForwardingStore {
        Forgetful() {
            super(ResponseStore.inMemory());
        }

        @Override
        public Optional<StoredResponse> find(Tenant tenant, ResponseId id) {
            return super.find(tenant, id)
                    .map(found -> new StoredResponse(
                            found.tenant(),
                            found.id(),
                            found.previousId(),
                            found.conversation(),
                            found.background(),
                            found.status(),
                            found.createdAt(),
                            found.document(),
                            found.request(),
                            found.input(),
                            List.<StoredItem>of(),
                            found.lastSeq(),
                            found.epoch()));
        }
    }

    static final class Subject {
        @RegisterExtension
        final EngineInvariants engines = new EngineInvariants();

        private ResponsesEngine answering(ResponseStore store) {
            return engines.engine(
                    builder -> builder.backend(ScriptedBackend.answering("a")).store(store));
        }

        @Test
        void good() {
            engines.run(answering(ResponseStore.inMemory()), ask("q"));
        }

        @Test
        void forgetfulStore() {
            engines.run(answering(new Forgetful()), ask("q"));
        }

        @Test
        void brokenStream() {
            EventRecorder recorder = new EventRecorder();
            engines.run(
                    answering(ResponseStore.inMemory()),
                    Tenant.SINGLE,
                    ask("q"),
                    new io.github.responses4j.tool.Cancellation(),
                    recorder);
            recorder.accept(recorder.events().get(0));
        }

        @Test
        void unexpectedLog() {
            ScriptedBackend backend = new ScriptedBackend().sample(model -> model.fail(new IllegalStateException("x")));
            Response response = engines.run(engines.engine(builder -> builder.backend(backend)), ask("q"))
                    .response();
            assertThat(response.error()).isNotNull();
        }

        @Test
        void missingLog() {
            engines.expectLog("never said");
        }
    }

    /** Has little patience, as it waits in vain. */
    static final class Leaving {
        @RegisterExtension
        final EngineInvariants engines = new EngineInvariants(Duration.ofMillis(100));

        @Test
        void threadLeft() {
            // A platform thread by hand: an engine's own are virtual where the JVM has them, and those cannot be
            // listed.
            Thread left = new Thread(RELEASE::await, "responses-left");
            left.setDaemon(true);
            left.start();
        }
    }

    private static String failure(String method) {
        return failure(Subject.class, method);
    }

    private static String failure(Class<?> subject, String method) {
        List<TestExecutionResult> results = new ArrayList<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectMethod(subject, method))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                if (test.isTest()) {
                                    results.add(result);
                                }
                            }
                        });
        assertThat(results).hasSize(1);
        return results.get(0).getThrowable().map(Throwable::getMessage).orElse("none");
    }

    @Test
    void aRunThatKeepsTheRulesPasses() {
        assertThat(failure("good")).isEqualTo("none");
    }

    @Test
    void aStoreThatKeepsSomethingElseIsSeen() {
        assertThat(failure("forgetfulStore")).startsWith("the stored response is");
    }

    @Test
    void aStreamThatBreaksTheGrammarIsSeen() {
        assertThat(failure("brokenStream")).contains("G3");
    }

    @Test
    void whatIsLoggedMustBeExpectedAndTheOtherWayRound() {
        assertThat(failure("unexpectedLog")).contains("was logged: SEVERE", "failed by a bug");
        assertThat(failure("missingLog")).isEqualTo("was not logged: never said");
    }

    @Test
    void aThreadThatIsLeftIsSeen() {
        try {
            assertThat(failure(Leaving.class, "threadLeft")).startsWith("a thread is left: responses-left");
        } finally {
            RELEASE.open();
        }
    }
}
