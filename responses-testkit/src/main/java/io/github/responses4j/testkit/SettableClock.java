package io.github.responses4j.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until it is told otherwise. May be read and moved from any thread. */
public final class SettableClock extends Clock {
    /** Where a clock without a start stands at first. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    /** A clock that stands at {@link #START}, in UTC. */
    public SettableClock() {
        this(START);
    }

    /** A clock that stands at the given time, in UTC. */
    public SettableClock(Instant start) {
        this(new AtomicReference<>(start), ZoneOffset.UTC);
    }

    private SettableClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = zone;
    }

    /** Moves the clock on, or back if the duration is negative; none of several threads' moves is lost. */
    public void advance(Duration duration) {
        now.updateAndGet(time -> time.plus(duration));
    }

    /** Sets the clock to a time. */
    public void set(Instant time) {
        now.set(time);
    }

    @Override
    public Instant instant() {
        return Objects.requireNonNull(now.get());
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    /** The same clock in another zone: moving one moves both. */
    @Override
    public SettableClock withZone(ZoneId other) {
        return new SettableClock(now, other);
    }

    @Override
    public String toString() {
        return "SettableClock[" + instant() + ", " + zone + "]";
    }
}
