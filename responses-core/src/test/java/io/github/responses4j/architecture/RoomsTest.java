package io.github.responses4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rooms of the core, and what the core and the store contract take from outside. Each rule is seen to bite. */
class RoomsTest {
    private static final String BASE = "io.github.responses4j";
    private static final String FIXTURES = BASE + ".architecture.fixture";

    /** The rooms of the core, bottom first, on top of the store contract. */
    private static final Rooms ROOMS = new Rooms(
            BASE,
            List.of(
                    "store",
                    "json",
                    "item",
                    "tool",
                    "response",
                    "event",
                    "codec",
                    "backend",
                    "stream",
                    "guardrail",
                    "prompt",
                    "engine"));

    /** The exceptions: class name and reason. */
    private static final Map<Outside, Map<String, String>> ALLOWED = Map.of(
            Outside.TIME,
            Map.of(BASE + ".engine.Deadlines", "how long something takes, which a clock that is set must not change"),
            Outside.THREADS,
            Map.of(BASE + ".engine.Threads", "the one place that chooses between virtual and platform threads"));

    /** What each rule must find in the fixture, one entry for every way to break it. */
    private static final Map<Outside, List<String>> BREACHES = Map.of(
            Outside.TIME,
            List.of(
                    "calls method <java.time.Instant.now()>",
                    "calls method <java.time.LocalDate.now(java.time.ZoneId)>",
                    "calls method <java.lang.System.currentTimeMillis()>",
                    "references method <java.lang.System.nanoTime()>"),
            Outside.IDS,
            List.of("calls method <java.util.UUID.randomUUID()>"),
            Outside.SETTINGS,
            List.of(
                    "calls method <java.lang.System.getenv()>",
                    "calls method <java.lang.System.getenv(java.lang.String)>"),
            Outside.THREADS,
            List.of(
                    "calls constructor <java.lang.Thread.<init>(java.lang.Runnable)>",
                    "references constructor <java.lang.Thread.<init>(java.lang.Runnable)>",
                    "calls constructor <java.util.Timer.<init>(boolean)>",
                    "calls method <java.util.concurrent.Executors.newCachedThreadPool()>"),
            Outside.SLEEP,
            List.of("references method <java.lang.Thread.sleep(long)>"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void theClassesOfCoreAndStoreAreSeen() {
        assertThat(CLASSES.contain(BASE + ".store.ResponseStore")).isTrue();
        assertThat(CLASSES.contain(BASE + ".item.Item")).isTrue();
    }

    @Test
    void aRoomUsesOnlyRoomsBeforeIt() {
        ROOMS.areInOrder().check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        ROOMS.haveNoCycles().check(CLASSES);
    }

    @ParameterizedTest
    @EnumSource
    void nothingReachesForWhatComesFromOutside(Outside what) {
        what.comesFromOutside(ALLOWED.getOrDefault(what, Map.of()).keySet()).check(CLASSES);
    }

    @Test
    void theRoomRuleBites() {
        String rooms = FIXTURES + ".rooms";

        assertThat(violations(new Rooms(rooms, List.of("json", "item")).areInOrder(), rooms))
                .satisfiesExactlyInAnyOrder(
                        line -> assertThat(line)
                                .startsWith("Method <" + rooms + ".json.Low.high()> has return type <" + rooms
                                        + ".item.High>"),
                        line -> assertThat(line).isEqualTo(rooms + ".attic.Forgotten lives in no known room"));
        assertThat(violations(new Rooms(rooms, List.of("item", "json", "attic")).areInOrder(), rooms))
                .isEmpty();
    }

    @Test
    void theCycleRuleBites() {
        String cycle = FIXTURES + ".cycle";

        assertThat(violations(new Rooms(cycle, List.of()).haveNoCycles(), cycle))
                .singleElement()
                .asString()
                .contains("Slice one", "Slice two");
    }

    @ParameterizedTest
    @EnumSource
    void theRuleAboutWhatComesFromOutsideBites(Outside what) {
        List<String> found = violations(what.comesFromOutside(Set.of()), FIXTURES + ".outside");

        assertThat(found).hasSameSizeAs(BREACHES.get(what));
        assertThat(BREACHES.get(what)).allSatisfy(part -> assertThat(found).anyMatch(line -> line.contains(part)));
    }

    @ParameterizedTest
    @EnumSource
    void anAllowedClassMayReach(Outside what) {
        Set<String> allowed = Set.of(FIXTURES + ".outside.Reaches");

        assertThat(violations(what.comesFromOutside(allowed), FIXTURES + ".outside"))
                .isEmpty();
    }

    private static List<String> violations(ArchRule rule, String fixture) {
        return rule.evaluate(new ClassFileImporter().importPackages(fixture))
                .getFailureReport()
                .getDetails();
    }
}
