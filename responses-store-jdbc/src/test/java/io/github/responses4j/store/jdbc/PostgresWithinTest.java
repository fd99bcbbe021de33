package io.github.responses4j.store.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;

class PostgresWithinTest extends WithinRules {

    private final List<Pool> pools = new ArrayList<>();

    @Override
    DataSource database() throws SQLException {
        Pool pool = new Pool(PostgresServer.newSchema());
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
