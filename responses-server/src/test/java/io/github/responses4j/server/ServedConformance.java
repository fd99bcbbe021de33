package io.github.responses4j.server;

import io.github.responses4j.testkit.ConformanceTarget;
import io.github.responses4j.testkit.OpenResponsesConformance;
import io.github.responses4j.testkit.StreamOptions;
import io.github.responses4j.testkit.StreamOptions.DoneMarker;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** The cases of Open Responses, each against a server of its own, with streams checked to the letter. */
abstract class ServedConformance extends OpenResponsesConformance {
    private final Running running;

    /** Starts the server as the command line would. */
    ServedConformance(String... options) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs(options);
        arguments.port = "0";
        running = Running.start(SettingsReader.read(arguments, Map.of()));
    }

    @AfterEach
    void stop() {
        running.close();
    }

    @Override
    protected ConformanceTarget target() {
        return ConformanceTarget.of(URI.create("http://127.0.0.1:" + running.port() + "/v1"), "demo")
                .withStreams(
                        StreamOptions.strict().withDone(DoneMarker.REQUIRED).refusingUnknownTypes());
    }
}
