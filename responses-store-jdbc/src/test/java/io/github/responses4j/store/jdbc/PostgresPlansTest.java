package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.NodeId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What looks for the few rows whose time has come reads no others. */
class PostgresPlansTest {
    private static final NodeId NODE = new NodeId("node");

    private final List<String> statements = new ArrayList<>();
    private Pool pool;
    private JdbcResponseStore store;

    @BeforeEach
    void open() throws SQLException {
        pool = new Pool(PostgresServer.newSchema());
        store = JdbcResponseStore.open(
                Sources.counted(pool, statements), JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED));
        statements.clear();
    }

    @AfterEach
    void close() {
        store.close();
        pool.close();
    }

    private String plan(String range, int... values) throws SQLException {
        List<String> selects = statements.stream()
                .filter(sql -> sql.contains("SKIP LOCKED") && sql.contains(range + " <="))
                .toList();
        assertThat(selects).hasSize(1);
        Plans.fill(pool, "ANALYZE");
        return Plans.of(pool, "EXPLAIN", selects.get(0), values);
    }

    @Test
    void aClaimReadsWhatIsDue() throws SQLException {
        store.claim(NODE, 10, Duration.ofSeconds(30));
        assertThat(plan("due_at", 1, 10)).containsPattern("r4j_response_due.*\n.*Index Cond: .*due_at <=");
    }

    @Test
    void aReapReadsWhatIsDue() throws SQLException {
        store.reap(NODE, 10, Duration.ofSeconds(30));
        assertThat(plan("due_at", 0, 10)).containsPattern("r4j_response_due.*\n.*Index Cond: .*due_at <=");
    }

    @Test
    void aSweepReadsWhatHasExpired() throws SQLException {
        store.sweep(10);
        assertThat(plan("r.expires_at", 100))
                .containsPattern("r4j_response_expires.*\n.*Index Cond: .*expires_at <=")
                .doesNotContain("Seq Scan");
    }

    @Test
    void aSweepReadsWhatCannotBeRestoredAnyMore() throws SQLException {
        store.sweep(10);
        assertThat(plan("d.until_at", 100)).containsPattern("r4j_deleted_until.*\n.*Index Cond: .*until_at <=");
    }
}
