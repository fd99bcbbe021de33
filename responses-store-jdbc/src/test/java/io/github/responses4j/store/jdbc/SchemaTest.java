package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.Created;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.Tenant;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How the tables come to be. */
class SchemaTest {
    @TempDir
    Path folder;

    /** Each statement that makes a table or an index may be the last that an earlier start has come to. */
    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:file:", "jdbc:sqlite:"})
    void aStartThatWasCutShortIsGoneOnWith(String url) throws SQLException {
        int whole = begunAndOpened(url, 0);
        for (int made = 1; made <= whole; made++) {
            begunAndOpened(url, made);
        }
    }

    /** Makes the first tables and indexes alone, and then opens a store; tells how many there are. */
    private int begunAndOpened(String url, int made) throws SQLException {
        try (Pool pool = new Pool(url + folder.resolve("store" + made))) {
            List<String> statements = begin(pool, made);
            try (JdbcResponseStore store = JdbcResponseStore.open(pool)) {
                assertThat(store.create(WithinRules.response("a", "a")).outcome())
                        .as("after " + made)
                        .isEqualTo(Created.Outcome.CREATED);
                assertThat(store.find(new Tenant("tenant"), new ResponseId("a")))
                        .isPresent();
            }
            assertThat(Sources.read(pool, "SELECT COUNT(*) FROM r4j_schema", "SELECT COUNT(*) FROM r4j_store"))
                    .containsExactly("1", "1");
            return statements.size();
        }
    }

    /** Makes the first of the tables and indexes. */
    static List<String> begin(Pool pool, int made) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            List<String> statements = Schema.statements(1, Dialect.of(connection));
            Dialect.execute(connection, "CREATE TABLE r4j_schema (version INTEGER PRIMARY KEY)");
            for (String statement : statements.subList(0, Math.min(made, statements.size()))) {
                Dialect.execute(connection, statement);
            }
            return statements;
        }
    }

    /** For H2, which calls it. */
    public static final class Lock {
        private Lock() {}

        /** What MariaDB answers when somebody else has kept the lock for a minute, here at once. */
        public static int notGiven(String name, int seconds) {
            return name.isEmpty() ? seconds : 0;
        }
    }

    @Test
    void nothingIsDoneToTablesThatAnotherProcessKeepsLocked() throws SQLException {
        try (Pool pool = new Pool("jdbc:h2:mem:");
                Connection connection = pool.getConnection()) {
            Dialect.execute(connection, "CREATE ALIAS GET_LOCK FOR '" + Lock.class.getName() + ".notGiven'");

            assertThatThrownBy(() -> new MySqlDialect().lockSchema(connection))
                    .isInstanceOf(SQLTimeoutException.class)
                    .hasMessageContaining("GET_LOCK gave 0");
        }
    }
}
