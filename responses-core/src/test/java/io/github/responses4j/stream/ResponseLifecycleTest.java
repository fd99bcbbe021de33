package io.github.responses4j.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.stream.ResponseLifecycle.Edge;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResponseLifecycleTest {
    private static final Set<Edge> TAKEN = new HashSet<>();

    /** The steps that there are, written down a second time. */
    private static final Set<Edge> ALLOWED = Set.of(
            new Edge(ResponseStatus.QUEUED, ResponseStatus.IN_PROGRESS),
            new Edge(ResponseStatus.QUEUED, ResponseStatus.FAILED),
            new Edge(ResponseStatus.QUEUED, ResponseStatus.CANCELLED),
            new Edge(ResponseStatus.IN_PROGRESS, ResponseStatus.COMPLETED),
            new Edge(ResponseStatus.IN_PROGRESS, ResponseStatus.INCOMPLETE),
            new Edge(ResponseStatus.IN_PROGRESS, ResponseStatus.FAILED),
            new Edge(ResponseStatus.IN_PROGRESS, ResponseStatus.CANCELLED));

    static List<Edge> pairs() {
        List<Edge> pairs = new ArrayList<>();
        for (ResponseStatus from : ResponseStatus.values()) {
            for (ResponseStatus to : ResponseStatus.values()) {
                pairs.add(new Edge(from, to));
            }
        }
        return pairs;
    }

    /** A lifecycle that has come to a status. */
    private static ResponseLifecycle at(ResponseStatus status) {
        ResponseLifecycle lifecycle = new ResponseLifecycle(
                status == ResponseStatus.QUEUED ? ResponseStatus.QUEUED : ResponseStatus.IN_PROGRESS);
        if (status.isTerminal()) {
            lifecycle.moveTo(status);
        }
        return lifecycle;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void onlyTheStepsOfTheTableAreTaken(Edge edge) {
        ResponseLifecycle lifecycle = at(edge.from());
        if (ALLOWED.contains(edge)) {
            lifecycle.moveTo(edge.to());
            assertThat(lifecycle.status()).isEqualTo(edge.to());
            TAKEN.add(edge);
        } else {
            assertThatThrownBy(() -> lifecycle.moveTo(edge.to()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(edge.from() + " -> " + edge.to());
            assertThat(lifecycle.status()).isEqualTo(edge.from());
        }
    }

    @AfterAll
    static void everyStepOfTheTableWasTaken() {
        assertThat(pairs()).hasSize(36);
        assertThat(TAKEN).isEqualTo(ResponseLifecycle.edges());
    }

    @Test
    void nothingStartsAtItsEnd() {
        for (ResponseStatus status : ResponseStatus.values()) {
            if (status.isTerminal()) {
                assertThatThrownBy(() -> new ResponseLifecycle(status)).isInstanceOf(IllegalArgumentException.class);
            } else {
                assertThatCode(() -> new ResponseLifecycle(status)).doesNotThrowAnyException();
            }
        }
    }

    @Test
    void aWrongStepTellsTheWaySoFar() {
        ResponseLifecycle lifecycle = new ResponseLifecycle(ResponseStatus.QUEUED);
        lifecycle.moveTo(ResponseStatus.IN_PROGRESS);
        lifecycle.moveTo(ResponseStatus.FAILED);
        assertThatThrownBy(() -> lifecycle.moveTo(ResponseStatus.COMPLETED))
                .hasMessage("FAILED -> COMPLETED is not allowed; so far [QUEUED, IN_PROGRESS, FAILED]");
    }

    /** Rewrite the page with {@code -Dregenerate}. */
    @Test
    void thePageShowsTheTable() throws IOException {
        Path page = Path.of(System.getProperty("basedir", ""))
                .toAbsolutePath()
                .getParent()
                .resolve("docs/state-machine.md");
        String current = """
                # The states of a response

                Printed from the table in `ResponseLifecycle`; a test fails when the two differ. To print it again:
                `mvn -pl responses-core -am test -Dtest=ResponseLifecycleTest -Dregenerate`.

                ```mermaid
                %s```

                `in_progress` is where a response starts unless it is to be worked on in the background. Nothing leaves a state that has
                an arrow to the end. A stream tells each of these steps but one: a cancelled response has no event, its stream just ends.
                """.formatted(ResponseLifecycle.asMermaid());
        if (System.getProperty("regenerate") != null) {
            Files.writeString(page, current, UTF_8);
        }
        assertThat(page).content(UTF_8).isEqualTo(current);
    }
}
