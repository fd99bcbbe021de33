package io.github.responses4j.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

class PostgresWithinTest extends WithinRules {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private final List<Pool> pools = new ArrayList<>();

    @Override
    DataSource database() throws SQLException {
        String schema = "within" + SCHEMAS.getAndIncrement();
        try (Connection connection = PostgresServer.connect()) {
            Dialect.execute(connection, "CREATE SCHEMA " + schema);
        }
        Pool pool = new Pool(PostgresServer.url(schema));
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void closeConnections() {
        for (Pool pool : pools) {
            pool.close();
        }
    }
}
