package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.jdbc.Durability;
import io.github.responses4j.store.jdbc.JdbcResponseStore;
import io.github.responses4j.store.jdbc.JdbcStoreOptions;
import io.github.responses4j.testkit.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** G3: seeds without number, and no promise broken. G13: with a guard switched off, a seed is found that tells. */
class SimulationTest {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static ResponseStore inMemory(SettableClock clock) {
        return ResponseStore.inMemory(clock, Duration.ofDays(1), 10_000);
    }

    private static ResponseStore h2(SettableClock clock) {
        Connections source = new Connections("jdbc:h2:mem:sim" + DATABASES.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
        return JdbcResponseStore.open(
                source,
                JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED).withClock(clock));
    }

    @Test
    void noSeedBreaksAPromise() {
        int seeds = Column.of("seeds");
        run("in memory", Column.seed(), seeds, SimulationTest::inMemory);
        Column.report("G3 in memory: " + seeds + " seeds, 0 violations");
    }

    @Test
    void noSeedBreaksAPromiseOfADatabase() {
        int seeds = Math.max(1, Column.of("seeds") / 20);
        run("H2", Column.seed(), seeds, SimulationTest::h2);
        Column.report("G3 H2: " + seeds + " seeds, 0 violations");
    }

    /** Seeds that have failed once are run for ever. */
    @Test
    void seedsThatHaveFailedFailNoMore() throws IOException {
        try (var in = SimulationTest.class.getResourceAsStream("failed-seeds.txt")) {
            List<String> seeds = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#") && !line.isBlank())
                    .toList();
            for (String seed : seeds) {
                Simulation.run(Long.parseLong(seed.trim()), SimulationTest::inMemory);
                Simulation.run(Long.parseLong(seed.trim()), SimulationTest::h2);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Guard.class)
    void aGuardThatIsOffIsMissed(Guard guard) {
        for (long seed = 1; seed <= 500; seed++) {
            try {
                Simulation.run(seed, clock -> guard.off(inMemory(clock), clock));
            } catch (Simulation.Violation found) {
                Column.report("G13 " + guard + ": found by seed " + seed);
                return;
            }
        }
        throw new AssertionError("no seed misses the guard " + guard);
    }

    private static void run(String name, long first, int seeds, Function<SettableClock, ResponseStore> stores) {
        Map<Long, String> failed = new TreeMap<>();
        for (long seed = first; seed < first + seeds; seed++) {
            try {
                Simulation.run(seed, stores);
            } catch (Simulation.Violation violation) {
                failed.put(seed, violation.getMessage());
                keep(name, seed);
            }
        }
        List<String> some = new ArrayList<>(failed.values());
        assertThat(failed).as("%s: %s", name, some.isEmpty() ? "" : some.get(0)).isEmpty();
    }

    /** For the file of seeds that have failed. */
    private static void keep(String name, long seed) {
        try {
            Path file = Path.of(System.getProperty("reliability.folder", "target/reliability"), "failed-seeds.txt");
            Files.createDirectories(file.getParent());
            Files.writeString(
                    file, "# " + name + "\n" + seed + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
