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

class H2ResponseStoreTest extends ResponseStoreContract {
    @TempDir
    Path folder;

    private final List<Pool> pools = new ArrayList<>();

    @Override
    protected ResponseStore newStore(Clock clock, Retention retention) {
        Pool pool = new Pool("jdbc:h2:file:" + folder.resolve("store" + pools.size()));
        pools.add(pool);
        return JdbcResponseStore.open(
                pool, JdbcStoreOptions.DEFAULT.withRetention(retention).withClock(clock));
    }

    @AfterEach
    void closeDatabases() {
        for (Pool pool : pools) {
            pool.close();
        }
    }
}
