package io.github.responses4j.testkit;

import io.github.responses4j.store.ResponseStore;
import java.time.Clock;
import java.time.Duration;

class InMemoryResponseStoreTest extends ResponseStoreContract {
    @Override
    protected ResponseStore newStore(Clock clock) {
        return ResponseStore.inMemory(clock, Duration.ofHours(1), 10_000);
    }
}
