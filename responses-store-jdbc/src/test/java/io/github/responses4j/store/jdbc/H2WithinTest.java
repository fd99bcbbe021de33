package io.github.responses4j.store.jdbc;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class H2WithinTest extends WithinRules {
    @TempDir
    Path folder;

    private final List<Pool> pools = new ArrayList<>();

    @Override
    DataSource database() {
        Pool pool = new Pool("jdbc:h2:file:" + folder.resolve("store" + pools.size()));
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void closeDatabases() {
        for (Pool pool : pools) {
            pool.close();
        }
    }
}
