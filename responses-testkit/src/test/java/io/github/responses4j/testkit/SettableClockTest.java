package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SettableClockTest {
    @Test
    void itStandsStillUntilItIsMoved() {
        SettableClock clock = new SettableClock();
        assertThat(clock.instant()).isEqualTo(SettableClock.START).isEqualTo(clock.instant());
        clock.advance(Duration.ofNanos(1));
        assertThat(clock.instant()).isEqualTo(SettableClock.START.plusNanos(1));
        clock.advance(Duration.ofHours(-1));
        assertThat(clock.instant()).isEqualTo(SettableClock.START.plusNanos(1).minusSeconds(3600));
        clock.set(Instant.EPOCH);
        assertThat(clock.millis()).isZero();
        assertThat(clock).hasToString("SettableClock[1970-01-01T00:00:00Z, Z]");
    }

    @Test
    void itsZonesShareTheTime() {
        SettableClock clock = new SettableClock(Instant.EPOCH);
        SettableClock berlin = clock.withZone(ZoneId.of("Europe/Berlin"));
        berlin.advance(Duration.ofSeconds(5));
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(5)).isEqualTo(berlin.instant());
        assertThat(clock.getZone()).isEqualTo(ZoneOffset.UTC);
        assertThat(berlin.getZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    }

    @Test
    void noMoveIsLost() {
        SettableClock clock = new SettableClock(Instant.EPOCH);
        IntStream.range(0, 10_000).parallel().forEach(n -> clock.advance(Duration.ofMillis(1)));
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(10));
    }
}
