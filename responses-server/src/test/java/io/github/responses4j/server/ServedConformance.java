package io.github.responses4j.server;

import io.github.responses4j.testkit.ConformanceTarget;
import io.github.responses4j.testkit.OpenResponsesConformance;
import io.github.responses4j.testkit.StreamOptions;
import io.github.responses4j.testkit.StreamOptions.DoneMarker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** The cases of Open Responses, each against a server of its own, with streams checked to the letter. */
abstract class ServedConformance extends OpenResponsesConformance {
    private final Running running;
    private final Path data;

    /** Starts the server as the command line would. */
    ServedConformance(String... options) {
        Arguments arguments = new Arguments();
        arguments.commandLine().parseArgs(options);
        arguments.port = "0";
        try {
            data = Files.createTempDirectory("served");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        arguments.data = data.toString();
        running = Running.start(SettingsReader.read(arguments, Map.of()));
    }

    @AfterEach
    void stop() throws IOException {
        running.close();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(data);
    }

    @Override
    protected ConformanceTarget target() {
        return ConformanceTarget.of(URI.create("http://127.0.0.1:" + running.port() + "/v1"), "demo")
                .withStreams(
                        StreamOptions.strict().withDone(DoneMarker.REQUIRED).refusingUnknownTypes());
    }
}
