package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.testkit.ResponseStoreContract;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SqliteResponseStoreTest extends ResponseStoreContract {
    @TempDir
    Path folder;

    private final List<Pool> pools = new ArrayList<>();

    @Override
    protected ResponseStore newStore(Clock clock, Retention retention) {
        Pool pool =
                new Pool("jdbc:sqlite:" + folder.resolve("store" + pools.size()) + "?journal_mode=WAL&synchronous=OFF");
        pools.add(pool);
        return JdbcResponseStore.open(
                pool,
                JdbcStoreOptions.DEFAULT
                        .withRetention(retention)
                        .withDurability(Durability.RELAXED)
                        .withClock(clock));
    }

    @AfterEach
    void closeDatabases() {
        for (Pool pool : pools) {
            pool.close();
        }
    }
}
