package io.github.responses4j.stream;

import io.github.responses4j.backend.ModelEvent;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.codec.ResponseTemplate;
import io.github.responses4j.event.ErrorEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.ResponseId;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A state machine under test, with everything that it told. */
final class Machine implements EventSink {
    static final Instant NOW = Instant.ofEpochSecond(1_785_772_786);

    final List<ResponseEvent> events = new ArrayList<>();
    final List<Integer> flushes = new ArrayList<>();
    final List<Response> committed = new ArrayList<>();
    final ResponseStateMachine machine;
    private final Map<String, Integer> ids = new HashMap<>();
    private final ResponseFold fold = new ResponseFold();

    Machine() {
        this("{\"model\":\"m\",\"input\":\"hi\"}");
    }

    Machine(String request) {
        this(request, TerminalGate.open());
    }

    Machine(String request, TerminalGate gate) {
        JsonObject base = ResponseTemplate.of(
                new ResponseId("resp_1"), NOW, RequestReader.read(request.getBytes(StandardCharsets.UTF_8)), null);
        machine = new ResponseStateMachine(
                base,
                prefix -> prefix + "_" + ids.merge(prefix, 1, Integer::sum),
                Clock.fixed(NOW.plusSeconds(2), ZoneOffset.UTC),
                this,
                (response, last) -> {
                    gate.commit(response, last);
                    committed.add(response);
                });
        machine.start();
    }

    @Override
    public void accept(ResponseEvent event) {
        events.add(event);
        fold.accept(event);
    }

    @Override
    public void flush() {
        flushes.add(events.size());
    }

    Machine step(ModelEvent... said) {
        machine.beginStep();
        for (ModelEvent event : said) {
            machine.accept(event);
        }
        return this;
    }

    Step end() {
        return machine.endStep();
    }

    /** The response as the events tell it. */
    Response folded() {
        return fold.response();
    }

    /**
     * The events, each in a line: its type without {@code response.}, where it stands, and what it brings.
     */
    List<String> told() {
        return events.stream().map(Machine::line).toList();
    }

    /** As {@link #told()} without the first two events. */
    List<String> toldAfterStart() {
        return told().subList(2, events.size());
    }

    private static String line(ResponseEvent event) {
        JsonObject json = event.json();
        StringBuilder line = new StringBuilder(event.type().replaceFirst("^response\\.", ""));
        for (String name : List.of(
                "item_id", "output_index", "content_index", "summary_index", "annotation_index", "command_index")) {
            if (json.has(name)) {
                line.append(' ').append(plain(json, name));
            }
        }
        for (String name : List.of(
                "name",
                "delta",
                "text",
                "refusal",
                "arguments",
                "input",
                "code",
                "command",
                "output",
                "annotation",
                "part",
                "item")) {
            if (json.has(name) && !(event instanceof ErrorEvent)) {
                line.append(' ').append(plain(json, name));
            }
        }
        if (json.has("logprobs") && !json.get("logprobs").isEmpty()) {
            line.append(" logprobs ").append(json.get("logprobs"));
        }
        if (json.has("response")) {
            line.append(' ').append(json.object("response").string("status"));
        }
        return line.toString();
    }

    private static String plain(JsonObject json, String name) {
        String text = json.string(name);
        return text == null ? String.valueOf(json.get(name)).replace("\"", "'") : "<" + text + ">";
    }
}
