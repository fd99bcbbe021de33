package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private final RetryPolicy policy =
            new RetryPolicy(() -> 0.999, Clock.fixed(Instant.parse("2025-01-01T00:00:00Z"), ZoneOffset.UTC));

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "2, 2",
        "60, 60",
        "61, 60",
        "86400, 60",
        "99999999999999999999, 60",
        "'Wed, 01 Jan 2025 00:00:05 GMT', 5",
        "'Thu, 02 Jan 2025 00:00:00 GMT', 60"
    })
    void understands(String header, long seconds) {
        assertThat(policy.retryAfter(header)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "", " ", "garbage", "1.5", "١", "Tue, 31 Dec 2024 00:00:00 GMT", "Wed, 99 Jan 2025"})
    void ignores(String header) {
        assertThat(policy.retryAfter(header)).isNull();
    }

    @Test
    void ignoresAMissingHeader() {
        assertThat(policy.retryAfter(null)).isNull();
    }
}
