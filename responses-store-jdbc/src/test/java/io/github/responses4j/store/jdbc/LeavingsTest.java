package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.testkit.SettableClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes by what several programs were told. */
class LeavingsTest {
    private static final Tenant TENANT = new Tenant("tenant");
    private static final ResponseId RESPONSE = new ResponseId("a");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();

    private JdbcResponseStore store(Pool pool, Duration window) {
        Retention retention = Retention.DEFAULT.withRestoreWindow(window);
        return JdbcResponseStore.open(
                pool, JdbcStoreOptions.DEFAULT.withRetention(retention).withClock(clock));
    }

    private static void deleted(JdbcResponseStore store, String item) {
        NewResponse response = Drafts.response(TENANT, RESPONSE, null, new StoredItem(item, "{}"));
        Lease lease = Objects.requireNonNull(store.create(response).lease());
        Append.Terminal end = new Append.Terminal(ResponseStatus.COMPLETED, "{}", false);
        assertThat(store.append(lease, new Append(-1, List.of(), List.of(), end)))
                .isEqualTo(Append.Result.OK);
        assertThat(store.delete(TENANT, RESPONSE)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:h2:file:", "jdbc:sqlite:"})
    void theLastThatWasDeletedComesBackHoweverLongItsWindowIs(String url) {
        try (Pool pool = new Pool(url + folder.resolve("store"));
                JdbcResponseStore before = store(pool, Duration.ofMinutes(10));
                JdbcResponseStore after = store(pool, Duration.ofMinutes(1))) {
            deleted(before, "first");
            clock.advance(Duration.ofSeconds(1));
            deleted(after, "second");

            assertThat(before.restore(TENANT, RESPONSE)).isTrue();

            assertThat(after.find(TENANT, RESPONSE).orElseThrow().input())
                    .extracting(StoredItem::id)
                    .containsExactly("second");
        }
    }
}
