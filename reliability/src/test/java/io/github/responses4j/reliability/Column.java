package io.github.responses4j.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** How much is done: the figures of every commit unless a release asks for more. */
final class Column {
    /** How long anything may take that should take no time at all. */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Column() {}

    /** A figure, such as {@code cycles}. */
    static int of(String name) {
        return Integer.getInteger("reliability." + name, 1);
    }

    /** Where everything random begins. */
    static long seed() {
        return Long.getLong("reliability.seed", 1);
    }

    /** A new empty folder, under the build's own. */
    static Path folder(String name) {
        try {
            Path all = Path.of(System.getProperty("reliability.folder", "target/reliability"));
            Files.createDirectories(all);
            return Files.createTempDirectory(all, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was measured, for who reads the log of the build. */
    @SuppressWarnings("SystemOut") // the log of the build is where it goes
    static void report(String line) {
        System.out.println("[reliability] " + line);
    }
}
