package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.Tenant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files a store is opened in, and how long it bears with a database that is silent. */
class OpenStoreTest {
    private static final Duration LEASE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private String url(String kind) {
        return kind.equals("h2") ? "jdbc:h2:" + folder.resolve("kept") : "jdbc:sqlite:" + folder.resolve("kept.db");
    }

    private Path file(String kind) {
        return folder.resolve(kind.equals("h2") ? "kept.mv.db" : "kept.db");
    }

    private void execute(String kind, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url(kind));
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
        }
    }

    private OpenStore open(String kind) {
        return OpenStore.open(StoreSpec.parse(url(kind)), Keeping.DEFAULT, LEASE);
    }

    /** The same file is refused with a table of somebody else's and opens without, so it is this table that decides. */
    @ParameterizedTest
    @ValueSource(strings = {"h2", "sqlite"})
    void anEmptyDatabaseIsOpenedAndOneOfAnotherProgramIsNot(String kind) throws Exception {
        execute(kind, "CREATE TABLE diary (page INTEGER PRIMARY KEY)");
        byte[] foreign = Files.readAllBytes(file(kind));
        assertThatThrownBy(() -> open(kind).close())
                .isInstanceOf(CannotStartException.class)
                .hasMessageEndingWith(" cannot be opened: it has the tables of another program");
        assertThat(Files.readAllBytes(file(kind))).isEqualTo(foreign);

        execute(kind, "DROP TABLE diary");
        assertThat(file(kind)).isNotEmptyFile();
        try (OpenStore store = open(kind)) {
            assertThat(store.found()).isFalse();
            assertThat(store.store().restore(Tenant.SINGLE, new ResponseId("resp_1")))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "sqlite"})
    void aDatabaseThatNeverHadATableIsOpened(String kind) throws Exception {
        execute(kind);
        assertThat(file(kind)).exists();

        try (OpenStore store = open(kind)) {
            assertThat(store.found()).isFalse();
            assertThat(store.store().healthy()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"h2", "sqlite"})
    void aStoreIsFoundFromTheSecondTimeOn(String kind) {
        try (OpenStore first = open(kind)) {
            assertThat(first.found()).isFalse();
        }
        try (OpenStore second = open(kind)) {
            assertThat(second.found()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PT1S,PT1S,PT1S",
        "PT2.9S,PT1S,PT1S",
        "PT3S,PT1S,PT1S",
        "PT6S,PT2S,PT2S",
        "PT15S,PT5S,PT5S",
        "PT30S,PT10S,PT5S",
        "PT45S,PT15S,PT5S",
        "PT46S,PT15S,PT5S",
        "PT1H,PT15S,PT5S"
    })
    void aDatabaseMayBeSilentForAThirdOfALease(Duration lease, Duration silence, Duration patience) {
        assertThat(OpenStore.silence(lease)).isEqualTo(silence);
        StoreSpec spec = StoreSpec.parse("jdbc:postgresql://h/d");
        assertThat(OpenStore.options(spec, Keeping.DEFAULT, lease).patience()).isEqualTo(patience);
    }

    @Test
    void aFileThatNobodyElseMayTakeOverIsWaitedForAsUsual() {
        StoreSpec file = StoreSpec.parse("jdbc:sqlite:responses.db");
        assertThat(OpenStore.options(file, Keeping.DEFAULT, Duration.ofSeconds(1))
                        .patience())
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void theDriverIsToldUnlessTheUrlTellsIt() {
        Duration silence = Duration.ofMillis(1900);

        assertThat(OpenStore.properties(StoreSpec.parse("jdbc:postgresql://h/d"), silence))
                .containsEntry("socketTimeout", "1");
        assertThat(OpenStore.properties(StoreSpec.parse("jdbc:mariadb://h/d"), silence))
                .containsEntry("socketTimeout", "1900");
        assertThat(OpenStore.properties(StoreSpec.parse("jdbc:mariadb://h/d?socketTimeout=7"), silence))
                .doesNotContainKey("socketTimeout");
        assertThat(OpenStore.properties(StoreSpec.parse("jdbc:h2:mem:x"), silence))
                .isEmpty();
    }
}
