package io.github.responses4j.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server as a process of its own, as a user starts it. */
final class ServerProcess implements AutoCloseable {
    /** The first Java that warns of native code that nobody has allowed. */
    private static final int FIRST_TO_WARN = 22;

    private static final int PATIENCE_SECONDS = 60;
    private static final Pattern ADDRESS = Pattern.compile("http://127\\.0\\.0\\.1:[0-9]+");

    private final Process process;
    private final BufferedReader out;

    private final Path folder;

    private ServerProcess(Process process, Path folder) {
        this.process = process;
        this.folder = folder;
        this.out = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts it in memory unless a store or a data directory is asked for, in a folder of its own. */
    static ServerProcess start(String... args) {
        try {
            Path folder = Files.createTempDirectory("server");
            List<String> command = new ArrayList<>(List.of(args));
            if (List.of(args).stream().noneMatch(arg -> arg.startsWith("--store") || arg.startsWith("--data"))) {
                command.add(0, "--store=memory");
            }
            return startIn(folder, command.toArray(new String[0]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it in a folder, with these arguments and no others. */
    static ServerProcess startIn(Path folder, String... args) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        if (Runtime.version().feature() >= FIRST_TO_WARN) {
            // The jar says so in its manifest: SQLite's driver is native.
            command.add(1, "--enable-native-access=ALL-UNNAMED");
        }
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("RESPONSES_") || name.endsWith("_API_KEY"));
        try {
            return new ServerProcess(builder.start(), folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line on standard output; null at its end. */
    String line() {
        try {
            return out.readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything on standard error, up to its end. */
    List<String> errors() {
        return process.errorReader(StandardCharsets.UTF_8).lines().toList();
    }

    /** What is left on standard output, up to its end. */
    List<String> lines() {
        return out.lines().toList();
    }

    /** Sends SIGTERM. */
    void terminate() {
        // By its handle: the process itself would close the streams that are yet to be read.
        process.toHandle().destroy();
    }

    /** Sends SIGKILL, and waits for the end. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        exitStatus();
    }

    /** Where it was started. */
    Path folder() {
        return folder;
    }

    /** The address in the line that says that it is ready. */
    URI uri() {
        String line = String.valueOf(line());
        Matcher address = ADDRESS.matcher(line);
        if (!address.find()) {
            throw new AssertionError("not ready: " + line + errors());
        }
        return URI.create(address.group());
    }

    int exitStatus() throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the process does not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
