package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.json.Json;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.UsageRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server is told about how long responses are kept holds. */
class KeepingTest {
    private static final String HELLO = "{\"model\":\"demo\",\"input\":\"What is the capital of Norway?\"}";
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private String store(String name) {
        return name.equals("memory") ? name : "jdbc:" + name + ":" + folder.resolve("some");
    }

    private static String create(Served server, String key) throws Exception {
        return Json.read(server.post(key, HELLO).body()).path("id").asText();
    }

    @ParameterizedTest
    @CsvSource({
        "memory,1s,staying=1h",
        "h2,1s,staying=1h",
        "sqlite,1s,staying=1h",
        "memory,1h,going=1s",
        "h2,1h,going=1s",
        "sqlite,1h,going=1s"
    })
    void aResponseIsGoneWhenItsTimeIsOver(String store, String all, String one) throws Exception {
        try (Served server = Served.start(
                Map.of(),
                "--store=" + store(store),
                "--keep=" + all,
                "--keep=" + one,
                "--api-key=key-1=staying",
                "--api-key=key-2=going")) {
            String staying = create(server, "key-1");
            String going = create(server, "key-2");
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (server.get("key-2", going).statusCode() == 200 && System.nanoTime() < deadline) {
                Thread.onSpinWait();
            }

            assertThat(server.get("key-2", going).statusCode()).isEqualTo(404);
            assertThat(server.get("key-1", staying).statusCode()).isEqualTo(200);
        }
    }

    @ParameterizedTest
    @CsvSource({"h2,1h,true", "sqlite,1h,true", "h2,'',false"})
    void aDeletedResponseCanBeRestoredForAWhile(String store, String window, boolean restored) throws Exception {
        String id;
        List<String> options = new ArrayList<>(List.of("--store=" + store(store)));
        if (!window.isEmpty()) {
            options.add("--restore-window=" + window);
        }
        try (Served server = Served.start(Map.of(), options.toArray(String[]::new))) {
            id = create(server, "");
            assertThat(server.delete("", id).statusCode()).isEqualTo(200);
            assertThat(server.get("", id).statusCode()).isEqualTo(404);
        }
        try (OpenStore open = OpenStore.open(StoreSpec.parse(store(store)), Keeping.DEFAULT, LEASE)) {
            assertThat(open.store().restore(Tenant.SINGLE, new ResponseId(id))).isEqualTo(restored);
        }
    }

    @ParameterizedTest
    @CsvSource({"h2,true", "sqlite,true", "h2,false"})
    void usageOutlivesItsResponseIfItShould(String store, boolean kept) throws Exception {
        String id;
        try (Served server = Served.start(Map.of("RESPONSES_KEEP_USAGE", "" + kept), "--store=" + store(store))) {
            id = create(server, "");
            assertThat(server.delete("", id).statusCode()).isEqualTo(200);
        }
        Keeping all = new Keeping(null, Map.of(), Duration.ZERO, true);
        try (OpenStore open = OpenStore.open(StoreSpec.parse(store(store)), all, LEASE)) {
            assertThat(open.store().usage(Tenant.SINGLE, Instant.EPOCH, Instant.parse("2999-01-01T00:00:00Z"), 10))
                    .extracting(UsageRecord::id)
                    .isEqualTo(kept ? List.of(new ResponseId(id)) : List.of());
        }
    }
}
