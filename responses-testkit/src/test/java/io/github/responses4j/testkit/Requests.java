package io.github.responses4j.testkit;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.tool.FunctionTool;
import io.github.responses4j.tool.HostedTool;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** Short words for what engine tests say often. */
final class Requests {
    private Requests() {}

    static ResponseRequest ask(String text) {
        return ResponseRequest.builder("m", text).build();
    }

    static ResponseRequest next(Response previous, String text) {
        return next(previous, List.of(Message.user(text)));
    }

    static ResponseRequest next(Response previous, List<? extends Item> items) {
        return ResponseRequest.builder("m", items)
                .previousResponseId(previous.id())
                .build();
    }

    static FunctionTool function(String name) {
        return FunctionTool.of(name, null, JsonObject.parse("{\"type\":\"object\"}"));
    }

    static HostedTool hosted(String name, HostedTool.Body body) {
        return HostedTool.of(name, "A tool.", JsonObject.parse("{\"type\":\"object\"}"), body);
    }

    static ResponseRequest offering(String text, String... tools) {
        ResponseRequest.Builder request = ResponseRequest.builder("m", text);
        for (String tool : tools) {
            request.tool(function(tool));
        }
        return request.build();
    }

    static Item item(String json) {
        return Item.of(JsonObject.parse(json.replace('\'', '"')));
    }

    static ResponseRequest with(ResponseRequest request, String name, String json) {
        return request.toBuilder().set(name, Json.read(json)).build();
    }

    /** Throws anything where nothing is declared. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // what is thrown has no type of its own here
    static <T extends Throwable> void throwAny(Throwable thrown) throws T {
        throw (T) thrown;
    }

    /** Begins something on a thread of its own. */
    static <T> Later<T> later(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = new Thread(task, "test-later");
        thread.setDaemon(true);
        thread.start();
        return () -> task.get(Gate.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What comes of something that runs meanwhile. */
    @FunctionalInterface
    interface Later<T> {
        T get() throws Exception;
    }
}
