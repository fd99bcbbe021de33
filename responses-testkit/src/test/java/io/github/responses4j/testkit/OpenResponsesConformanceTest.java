package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.testkit.FakeServer.Defect;
import java.net.URI;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A sound server passes all cases; each defect is missed by none. */
class OpenResponsesConformanceTest {
    /** Where the server under test is. The launcher makes the test class itself, so it cannot be handed over. */
    private static final ThreadLocal<URI> BASE_URL = new ThreadLocal<>();

    private static final int CASES = 16;

    static final class Subject extends OpenResponsesConformance {
        @Override
        protected ConformanceTarget target() {
            return ConformanceTarget.of(BASE_URL.get(), "fake").withApiKey("key");
        }
    }

    static Stream<Arguments> defects() {
        return Stream.of(
                arguments(Defect.MEMBER_MISSING, "aTextIsAnswered"),
                arguments(Defect.WRONG_CONTENT_TYPE, "aTextIsAnswered"),
                arguments(Defect.NEVER_COMPLETED, "aTextIsAnswered"),
                arguments(Defect.NO_OUTPUT, "aTextIsAnswered"),
                arguments(Defect.PHASE_REFUSED, "phasesOfEarlierMessagesAreTaken"),
                arguments(Defect.SYSTEM_REFUSED, "aSystemMessageIsTaken"),
                arguments(Defect.IMAGE_REFUSED, "anImageIsTaken"),
                arguments(Defect.ASSISTANT_REFUSED, "earlierTurnsAreTaken"),
                arguments(Defect.TOOLS_IGNORED, "aFunctionIsCalled"),
                arguments(Defect.ARGUMENTS_NOT_JSON, "aFunctionIsCalled"),
                arguments(Defect.TOOL_ECHOED_BARE, "aFunctionIsCalled"),
                arguments(Defect.NO_DONE_MARKER, "aStreamTellsTheAnswer"),
                arguments(Defect.NO_EVENT_LINE, "aStreamTellsTheAnswer"),
                arguments(Defect.NUMBERS_STAND_STILL, "aStreamTellsTheAnswer"),
                arguments(Defect.DELTAS_LOST, "aStreamTellsTheAnswer"),
                arguments(Defect.OWN_EVENT, "aStreamTellsTheAnswer"),
                arguments(Defect.NEVER_COMPLETED, "aStreamTellsTheAnswer"),
                arguments(Defect.JSON_INSTEAD_OF_STREAM, "aStreamTellsTheAnswer"),
                arguments(Defect.NOTHING_COMPACTED, "aWindowIsCompacted"),
                arguments(Defect.COMPACTED_WITHOUT_USAGE, "aWindowIsCompacted"),
                arguments(Defect.MODEL_NOT_NEEDED, "aCompactionNeedsAModel"),
                arguments(Defect.BARE_ERROR, "aCompactionNeedsAModel"),
                arguments(Defect.DONE_ON_SOCKET, "aSocketTellsTheAnswer"),
                arguments(Defect.DELTAS_LOST, "aSocketTellsTheAnswer"),
                arguments(Defect.ONE_TURN_ONLY, "turnsOfOneSocketFollowEachOther"),
                arguments(Defect.TURNS_MIXED, "turnsOfOneSocketFollowEachOther"),
                arguments(Defect.CHAIN_REFUSED, "aTurnContinuesTheOneBefore"),
                arguments(Defect.CHAIN_FORGOTTEN_IN_ECHO, "aTurnContinuesTheOneBefore"),
                arguments(Defect.MEMORY_SHARED, "anotherSocketKnowsNothingOfIt"),
                arguments(Defect.UNKNOWN_TAKEN, "anUnknownPreviousResponseIsRefused"),
                arguments(Defect.WRONG_CODE, "anUnknownPreviousResponseIsRefused"),
                arguments(Defect.TWO_ENDS, "anUnknownPreviousResponseIsRefused"),
                arguments(Defect.ORPHAN_TAKEN, "aFailedContinuationIsForgotten"),
                arguments(Defect.NOT_EVICTED, "aFailedContinuationIsForgotten"),
                arguments(Defect.COMPACTION_REFUSED, "aCompactedWindowStartsAChain"));
    }

    @Test
    void aSoundServerPassesAllCases() {
        Map<String, Status> outcomes = run(Defect.NOTHING, selectClass(Subject.class));

        assertThat(outcomes).hasSize(CASES);
        assertThat(outcomes).allSatisfy((name, status) -> assertThat(status).isEqualTo(Status.SUCCESSFUL));
    }

    @ParameterizedTest(name = "{0} fails {1}")
    @MethodSource("defects")
    void aDefectIsNoticed(Defect defect, String test) {
        assertThat(run(defect, selectMethod(Subject.class, test))).isEqualTo(Map.of(test + "()", Status.FAILED));
    }

    @Test
    void everyDefectHasARow() {
        assertThat(defects().map(row -> row.get()[0]).distinct())
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(Defect.NOTHING)));
    }

    @Test
    void phasesBelongToTheShapeOfAnAnswer() {
        String message =
                "{\"type\":\"message\",\"id\":\"msg_1\",\"status\":\"completed\",\"role\":\"assistant\",\"phase\":\"%s\",\"content\":[]}";
        ObjectNode event = (ObjectNode) Json.read(
                "{\"type\":\"response.output_item.done\",\"sequence_number\":1,\"output_index\":0,\"item\":null}");

        for (String phase : new String[] {"commentary", "final_answer"}) {
            event.set("item", Json.read(message.formatted(phase)));
            assertThat(problems(event)).isEmpty();
        }
        event.set("item", Json.read(message.formatted("encore")));
        assertThat(problems(event))
                .containsExactly("$.item.phase must be one of [commentary, final_answer], is \"encore\"");
    }

    @Test
    void aKeyIsNotPrinted() {
        ConformanceTarget target =
                ConformanceTarget.of(URI.create("http://127.0.0.1:1/v1/"), "m").withApiKey("secret");

        assertThat(target).hasToString("m at http://127.0.0.1:1/v1");
    }

    private static List<String> problems(ObjectNode event) {
        List<String> problems = new ArrayList<>();
        OpenResponsesShapes.event().check("$", event, problems);
        return problems;
    }

    /** Runs cases on this thread and gives their outcomes by name. */
    private static Map<String, Status> run(Defect defect, DiscoverySelector selector) {
        Map<String, Status> outcomes = new TreeMap<>();
        try (FakeServer server = new FakeServer(defect)) {
            BASE_URL.set(server.baseUrl());
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selector)
                                    .build(),
                            listener(outcomes));
        } finally {
            BASE_URL.remove();
        }
        return outcomes;
    }

    private static TestExecutionListener listener(Map<String, Status> outcomes) {
        return new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                // A server that is not sound fails an assertion; anything else is a fault of the cases.
                result.getThrowable()
                        .filter(thrown -> !(thrown instanceof AssertionError))
                        .ifPresent(thrown -> {
                            throw new IllegalStateException(test.getDisplayName(), thrown);
                        });
                if (test.isTest()) {
                    outcomes.put(test.getDisplayName(), result.getStatus());
                }
            }
        };
    }
}
