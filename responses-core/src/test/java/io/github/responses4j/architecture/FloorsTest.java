package io.github.responses4j.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The floors of the project: which module may use which. Each rule is seen to bite. */
class FloorsTest {
    /** What a side module may use: side modules never see each other. */
    private static final Set<String> BELOW_SIDE = Set.of("responses-store-api", "responses-core", "responses-testkit");

    private static final Set<String> EVERYTHING = Set.of(
            "responses-store-api",
            "responses-core",
            "responses-testkit",
            "responses-store-jdbc",
            "responses-backends",
            "responses-mcp",
            "responses-jinja",
            "responses-http",
            "responses-server");

    /** A new module takes its place here first. */
    private static final Map<String, Set<String>> FLOORS = Map.ofEntries(
            Map.entry("responses-store-api", Set.of()),
            Map.entry("responses-core", Set.of("responses-store-api")),
            Map.entry("responses-testkit", Set.of("responses-store-api", "responses-core")),
            Map.entry("responses-store-jdbc", Set.of("responses-store-api", "responses-testkit")),
            Map.entry("responses-backends", BELOW_SIDE),
            Map.entry("responses-mcp", BELOW_SIDE),
            Map.entry("responses-jinja", BELOW_SIDE),
            Map.entry("responses-http", BELOW_SIDE),
            Map.entry("responses-server", EVERYTHING),
            Map.entry("examples", EVERYTHING),
            Map.entry("benchmarks", EVERYTHING));

    private static final Floors CHECKOUT = new Floors(
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent());

    @Test
    void aModuleUsesOnlyTheFloorsBelowIt() {
        assertThat(CHECKOUT.modules()).contains("responses-core", "responses-http");
        assertThat(CHECKOUT.breaches(FLOORS)).isEmpty();
    }

    @Test
    void noSourceNamesAReactiveType() {
        assertThat(CHECKOUT.reactiveSources()).isEmpty();
    }

    @Test
    void theFloorRuleBites(@TempDir Path root) throws IOException {
        parent(root, "responses-backends", "responses-http", "responses-attic");
        pom(root, "responses-backends", "${project.groupId}", "responses-core");
        pom(root, "responses-http", "${project.groupId}", "responses-backends");
        pom(root, "responses-attic", "${project.groupId}", "responses-core");

        assertThat(new Floors(root).breaches(FLOORS))
                .containsExactly("responses-http uses responses-backends", "responses-attic stands on no floor");
    }

    @Test
    void theFloorRuleIsNotAvoidedBySpelling(@TempDir Path root) throws IOException {
        parent(root, "responses-http");
        pom(root, "responses-http", "io.github.responses4j", "responses-backends");

        assertThat(new Floors(root).breaches(FLOORS)).containsExactly("responses-http spells out the group");
    }

    @Test
    void theReactiveRuleBites(@TempDir Path root) throws IOException {
        parent(root, "responses-http");
        Path room = Files.createDirectories(root.resolve("responses-http/src/main/java/room"));
        Path bad = Files.writeString(room.resolve("Bad.java"), "import java.util.concurrent.Flow;\n", UTF_8);
        Path worse = Files.writeString(room.resolve("Worse.java"), "org.reactivestreams.Publisher<?> all;\n", UTF_8);
        Files.writeString(room.resolve("Good.java"), "import java.util.concurrent.Flower;\n", UTF_8);

        assertThat(new Floors(root).reactiveSources()).containsExactlyInAnyOrder(bad, worse);
    }

    private static void parent(Path root, String... modules) throws IOException {
        String list = Stream.of(modules).map("<module>%s</module>"::formatted).reduce("", String::concat);
        Files.writeString(root.resolve("pom.xml"), "<project><modules>" + list + "</modules></project>", UTF_8);
    }

    private static void pom(Path root, String module, String group, String used) throws IOException {
        Files.writeString(
                Files.createDirectory(root.resolve(module)).resolve("pom.xml"), """
                <project><dependencies><dependency>
                  <groupId>%s</groupId><artifactId>%s</artifactId><scope>test</scope>
                </dependency></dependencies></project>
                """.formatted(group, used), UTF_8);
    }
}
