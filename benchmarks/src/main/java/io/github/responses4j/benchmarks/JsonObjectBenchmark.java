package io.github.responses4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.Json;
import io.github.responses4j.json.JsonObject;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reading one message from the wire: as JSON, as an item, and with a bare Jackson mapper for scale. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class JsonObjectBenchmark {
    private static final String MESSAGE = """
            {"type":"message","id":"msg_0a1b2c3d","status":"completed","role":"assistant","content":[{"type":"output_text",\
            "text":"Oslo is the capital of Norway, and it is cold there in winter.","annotations":[],"logprobs":[]}]}""";

    private final byte[] wire = MESSAGE.getBytes(UTF_8);
    private final JsonObject object = JsonObject.parse(MESSAGE);
    private final ObjectMapper bare = new ObjectMapper();

    /** The strict reader: UTF-8 checked, duplicate keys and trailing tokens refused. */
    @Benchmark
    public JsonNode strictRead() {
        return Json.read(wire);
    }

    /** What Jackson alone costs on the same bytes. */
    @Benchmark
    public JsonNode bareRead() throws IOException {
        return bare.readTree(wire);
    }

    /** From wire bytes to the typed item and one of its texts. */
    @Benchmark
    public String itemText() {
        return Item.of(JsonObject.parse(new String(wire, UTF_8))).json().requireString("role");
    }

    /** A member of an object that is read already. */
    @Benchmark
    public String member() {
        return object.requireString("role");
    }
}
