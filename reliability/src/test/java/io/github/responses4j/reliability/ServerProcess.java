package io.github.responses4j.reliability;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@link Node}, or the server that users start, as a process of its own that can be killed and paused. */
final class ServerProcess implements AutoCloseable {
    /** Made by the first node, which serves a little and ends in good order. */
    private static final Classes CLASSES = rehearse();

    private final Process process;
    private final Path log;
    private int port = -1;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts a node; {@link #await} tells when it serves. */
    static ServerProcess launch(String... options) {
        return launch(CLASSES, "-XX:SharedArchiveFile=" + CLASSES.archive(), options);
    }

    private static Classes rehearse() {
        Classes classes = Classes.pack();
        String url = Database.H2.create();
        try (ServerProcess node = launch(classes, "-XX:ArchiveClassesAtExit=" + classes.archive(), "db=" + url)) {
            Client client = node.await().client();
            client.create(Client.body("text:3:0:a", ""));
            client.createStream(Client.body("text:3:0:a", ",\"stream\":true,\"background\":true"), heard -> false);
            node.terminate();
            node.exitStatus();
        }
        return classes;
    }

    /** Starts a node and waits until it serves. */
    static ServerProcess start(String... options) {
        return launch(options).await();
    }

    private static ServerProcess launch(Classes classes, String archive, String... options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off",
                "-Xmx512m",
                archive,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                classes.path(),
                Node.class.getName()));
        command.addAll(List.of(options));
        Path log = Column.folder("node").resolve("log.txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        try {
            return new ServerProcess(builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the ready line. */
    ServerProcess await() {
        try {
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.startsWith("ready ")) {
                    port = Integer.parseInt(line.substring("ready ".length()));
                    return this;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("the node does not start, see " + log);
    }

    Client client() {
        return new Client(port);
    }

    /** Where it writes what goes wrong. */
    Path log() {
        return log;
    }

    /** Ends it at once: SIGKILL. Returns when it is gone. */
    void kill() {
        process.toHandle().destroyForcibly();
        exitStatus();
    }

    /** Tells it to stop: SIGTERM. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Lets it stand still: SIGSTOP. */
    void pause() {
        signal("-STOP");
    }

    /** Lets it go on after {@link #pause}: SIGCONT. */
    void resume() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            Process kill = new ProcessBuilder("kill", name, Long.toString(process.pid())).start();
            if (kill.waitFor() != 0) {
                throw new AssertionError("kill " + name + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end. */
    int exitStatus() {
        try {
            if (!process.waitFor(Column.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the process does not end, see " + log);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
