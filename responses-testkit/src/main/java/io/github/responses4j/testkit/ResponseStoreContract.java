package io.github.responses4j.testkit;

import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import java.time.Clock;

/**
 * Shows that a store keeps the rules of {@link ResponseStore}. A store is tested by a class that
 * extends this one and says how to make it:
 *
 * <pre>{@code
 * class MyStoreTest extends ResponseStoreContract {
 *     @Override
 *     protected ResponseStore newStore(Clock clock, Retention retention) {
 *         return new MyStore(clock, retention);
 *     }
 * }
 * }</pre>
 *
 * <p>Each test names the rule that it checks: {@code required_S4_aStaleEpochIsFenced} checks S4. There is no optional part.
 * Every test gets a fresh store and closes it. Time is {@link #clock}, which stands still unless a test moves it; no test
 * waits. Races run on up to 32 threads.
 *
 * <p>JSON text is given as the contract asks for it, ASCII-escaped; ids, keys and names may hold any character at all.
 */
public abstract class ResponseStoreContract extends StoreRaceRules {
    /** For subclasses. */
    protected ResponseStoreContract() {}

    /**
     * Makes the store under test: new, empty, and sharing nothing with an earlier one. It is closed after the test.
     *
     * @param clock the store's only source of time
     * @param retention how long it keeps responses, and what it keeps of those that are gone
     */
    @Override
    protected abstract ResponseStore newStore(Clock clock, Retention retention);
}
