package io.github.responses4j.reliability;

import io.github.responses4j.backends.ChatBackend;
import io.github.responses4j.engine.BackgroundLimits;
import io.github.responses4j.engine.Limits;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.http.ResponsesHandler;
import io.github.responses4j.http.ResponsesHttpServer;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.jdbc.Durability;
import io.github.responses4j.store.jdbc.JdbcResponseStore;
import io.github.responses4j.store.jdbc.JdbcStoreOptions;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.HostedTool;
import io.github.responses4j.tool.ToolInvocation;
import io.github.responses4j.tool.ToolResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * One process of a service: a store in a database, an engine, an HTTP server. Its arguments are {@code name=value}; it says {@code
 * ready <port>} when it serves.
 */
final class Node {
    private Node() {}

    /** Begins to serve, and ends when it is told to. */
    @SuppressWarnings("SystemOut") // the ready line
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> options = new HashMap<>();
        for (String arg : args) {
            options.put(arg.substring(0, arg.indexOf('=')), arg.substring(arg.indexOf('=') + 1));
        }
        Durability durability = Durability.valueOf(options.getOrDefault("durability", "STRICT"));
        ResponseStore store = JdbcResponseStore.open(
                new Connections(options.get("db")), JdbcStoreOptions.DEFAULT.withDurability(durability));
        if (options.containsKey("works")) {
            store = NoClaims.until(Path.of(options.get("works")), store);
        }
        if (options.containsKey("crash")) {
            store = CrashPoints.around(store, options.get("crash"));
        }
        ResponsesEngine engine = engine(store, options);
        ResponsesHttpServer server = ResponsesHttpServer.builder(
                        ResponsesHandler.builder(engine).build())
                .port(Integer.parseInt(options.getOrDefault("port", "0")))
                .stopTimeout(Duration.ofSeconds(30))
                .build()
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Thread drained = new Thread(() -> engine.drain(Duration.ofSeconds(30)));
            drained.start();
            server.stop();
            engine.close();
        }));
        System.out.println("ready " + server.port());
        // The server's own threads keep nobody alive.
        Thread.currentThread().join();
    }

    private static ResponsesEngine engine(ResponseStore store, Map<String, String> options) {
        BackgroundLimits background = BackgroundLimits.DEFAULT
                .withMaxRuns(Integer.parseInt(options.getOrDefault("workers", "16")))
                .withLease(Duration.parse(options.getOrDefault("lease", "PT2S")))
                .withPoll(Duration.parse(options.getOrDefault("poll", "PT0.1S")));
        ResponsesEngine.Builder engine = ResponsesEngine.builder()
                .store(store)
                .limits(Limits.DEFAULT.withBackground(background))
                .tool(new Noted("note", options, false, false))
                .tool(new Noted("again", options, false, true))
                .tool(new Noted("crash", options, true, false))
                .tool(new Noted("crash_again", options, true, true))
                .tool(HostedTool.of("slow", "A tool.", JsonObject.parse("{\"type\":\"object\"}"), invocation -> {
                    Timing.pause(500);
                    return "slept";
                }));
        if (options.containsKey("upstream")) {
            engine.backend("up", ChatBackend.builder(options.get("upstream")).build());
        }
        return engine.backend(new ScriptModel()).build();
    }

    /** A tool that writes down when it starts, and may take its process with it. */
    private record Noted(String name, Map<String, String> options, boolean crashes, boolean repeatable)
            implements HostedTool {
        @Override
        public FunctionTool definition() {
            return FunctionTool.of(name, "A tool.", JsonObject.parse("{\"type\":\"object\"}"));
        }

        @Override
        public ToolResult run(ToolInvocation invocation) throws IOException {
            Files.writeString(
                    Path.of(options.get("notes")), name + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            if (crashes) {
                Runtime.getRuntime().halt(137);
            }
            return ToolResult.text("noted");
        }
    }
}
