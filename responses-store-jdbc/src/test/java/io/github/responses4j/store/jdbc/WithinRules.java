package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.store.Created;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** A response in the caller's own transaction, on any database. */
abstract class WithinRules {
    private static final Tenant TENANT = new Tenant("tenant");

    /** An empty database. */
    abstract DataSource database() throws SQLException;

    static NewResponse response(String id, String key) {
        return new NewResponse(
                TENANT,
                new ResponseId(id),
                null,
                null,
                new IdempotencyKey(key, "hash"),
                true,
                new NodeId("node"),
                Duration.ofSeconds(30),
                null,
                "{}",
                "{}",
                List.of(new StoredItem("in_" + id, "{}")),
                List.of());
    }

    private static boolean has(JdbcResponseStore store, String id) {
        return store.find(TENANT, new ResponseId(id)).isPresent();
    }

    private JdbcResponseStore open(DataSource source) {
        return JdbcResponseStore.open(source, JdbcStoreOptions.DEFAULT.withDurability(Durability.RELAXED));
    }

    @Test
    void aResponseIsCommittedWithTheCallersRows() throws Exception {
        DataSource source = database();
        JdbcResponseStore store = open(source);
        try (Connection connection = source.getConnection()) {
            Dialect.execute(connection, "CREATE TABLE orders (id INTEGER PRIMARY KEY)");
        }
        NewResponse response = response("resp_1", "order 1");
        // [readme]
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("INSERT INTO orders (id) VALUES (1)");
            }
            Created created = store.within(connection, () -> store.create(response));
            if (created.outcome() == Created.Outcome.CREATED) {
                connection.commit();
            } else {
                connection.rollback();
            }
            connection.setAutoCommit(true);
        }
        // [/readme]
        assertThat(has(store, "resp_1")).isTrue();
        assertThat(Sources.read(source, "SELECT COUNT(*) FROM orders")).containsExactly("1");
        assertThat(store.claim(new NodeId("node"), 1, Duration.ofSeconds(1))).hasSize(1);
    }

    @Test
    void aResponseIsRolledBackWithTheCallersRows() throws Exception {
        DataSource source = database();
        JdbcResponseStore store = open(source);
        try (Connection connection = source.getConnection()) {
            Dialect.execute(connection, "CREATE TABLE orders (id INTEGER PRIMARY KEY)");
            connection.setAutoCommit(false);
            Dialect.execute(connection, "INSERT INTO orders (id) VALUES (1)");
            store.within(connection, () -> store.create(response("resp_1", "order 1")));
            assertThat(has(store, "resp_1")).isFalse();
            connection.rollback();
            connection.setAutoCommit(true);
        }
        assertThat(has(store, "resp_1")).isFalse();
        assertThat(Sources.read(source, "SELECT COUNT(*) FROM orders")).containsExactly("0");
        assertThat(Sources.rows(source)).isZero();
        // Its key was given to nobody, and this thread writes for itself again.
        assertThat(store.create(response("resp_2", "order 1")).outcome()).isEqualTo(Created.Outcome.CREATED);
        assertThat(has(store, "resp_2")).isTrue();
    }

    @Test
    void whatIsRefusedLeavesTheTransactionAsItWas() throws Exception {
        DataSource source = database();
        JdbcResponseStore store = open(source);
        store.create(response("first", "key"));
        try (Connection connection = source.getConnection()) {
            Dialect.execute(connection, "CREATE TABLE orders (id INTEGER PRIMARY KEY)");
            connection.setAutoCommit(false);
            Dialect.execute(connection, "INSERT INTO orders (id) VALUES (1)");
            assertThat(store.within(connection, () -> store.create(response("second", "key")))
                            .outcome())
                    .isEqualTo(Created.Outcome.DUPLICATE);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.within(connection, () -> store.create(response("first", "other key"))));
            assertThat(store.within(connection, () -> store.create(response("third", "third")))
                            .outcome())
                    .isEqualTo(Created.Outcome.CREATED);
            connection.commit();
            connection.setAutoCommit(true);
        }
        assertThat(has(store, "second")).isFalse();
        assertThat(has(store, "third")).isTrue();
        assertThat(Sources.read(source, "SELECT COUNT(*) FROM orders")).containsExactly("1");
    }

    @Test
    void aConnectionThatWillNotDoIsRefused() throws Exception {
        DataSource source = database();
        DataSource another = database();
        JdbcResponseStore store = open(source);
        open(another);
        try (Connection commits = source.getConnection();
                Connection elsewhere = another.getConnection()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.within(commits, () -> store.create(response("a", "a"))))
                    .withMessageContaining("commits by itself");
            elsewhere.setAutoCommit(false);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.within(elsewhere, () -> store.create(response("a", "a"))))
                    .withMessageContaining("another database");
            elsewhere.rollback();
            elsewhere.setAutoCommit(true);
        }
        assertThat(has(store, "a")).isFalse();
    }

    @Test
    void aTransactionThatBreaksFailsTheCreate() throws Exception {
        DataSource source = database();
        JdbcResponseStore store = open(source);
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> store.within(connection, () -> {
                        connection.unwrap(Connection.class).close();
                        return store.create(response("a", "a"));
                    }))
                    .isInstanceOf(StoreException.class);
        }
        assertThat(has(store, "a")).isFalse();
    }
}
