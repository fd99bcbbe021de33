package io.github.responses4j.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Tenant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is sealed comes back to whom it belongs, unchanged, and to nobody else. */
class SealerTest {
    private static final byte[] SECRET = "0123456789abcdef0123456789abcdef".getBytes(UTF_8);
    private static final String PREFIX = "r4j:1:";

    private final Sealer sealer = Sealer.of(SECRET);

    private String seal(String text) {
        return sealer.seal(Tenant.SINGLE, Sealer.Kind.SUMMARY, text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "caf\u00e9 \ud83d\ude00\n\u0000"})
    void whatIsSealedComesBack(String text) {
        String sealed = seal(text);
        assertThat(sealed).startsWith(PREFIX).matches("r4j:1:[A-Za-z0-9_-]+");
        assertThat(Sealer.isSealed(sealed)).isTrue();
        assertThat(sealer.open(Tenant.SINGLE, Sealer.Kind.SUMMARY, sealed)).contains(text);
        // Another node with the same secret reads it too.
        assertThat(Sealer.of(SECRET.clone()).open(Tenant.SINGLE, Sealer.Kind.SUMMARY, sealed))
                .contains(text);
    }

    @Test
    void theTextDoesNotShowAndNoTwoAreTheSame() {
        String text = "a text that nobody may see";
        String sealed = seal(text);
        byte[] bytes = Base64.getUrlDecoder().decode(sealed.substring(PREFIX.length()));
        assertThat(new String(bytes, UTF_8)).doesNotContain("nobody");
        assertThat(bytes).hasSize(12 + text.length() + 16);
        assertThat(seal(text)).isNotEqualTo(sealed);
    }

    @Test
    void nobodyElseCanReadIt() {
        String sealed = seal("text");
        byte[] other = SECRET.clone();
        other[31]++;
        assertThat(Sealer.of(other).open(Tenant.SINGLE, Sealer.Kind.SUMMARY, sealed))
                .isEmpty();
        assertThat(sealer.open(new Tenant("other"), Sealer.Kind.SUMMARY, sealed))
                .isEmpty();
        assertThat(sealer.open(Tenant.SINGLE, Sealer.Kind.REASONING, sealed)).isEmpty();
        assertThat(Sealer.of(null).open(Tenant.SINGLE, Sealer.Kind.SUMMARY, sealed))
                .isEmpty();
        Sealer random = Sealer.of(null);
        assertThat(Sealer.of(null)
                        .open(
                                Tenant.SINGLE,
                                Sealer.Kind.SUMMARY,
                                random.seal(Tenant.SINGLE, Sealer.Kind.SUMMARY, "text")))
                .isEmpty();
    }

    @Test
    void everyChangedBitIsFound() {
        String sealed = seal("text");
        byte[] bytes = Base64.getUrlDecoder().decode(sealed.substring(PREFIX.length()));
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] changed = bytes.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(open(changed)).as("bit %d", bit).isEmpty();
        }
        for (int length = 0; length < bytes.length; length++) {
            assertThat(open(Arrays.copyOf(bytes, length)))
                    .as("length %d", length)
                    .isEmpty();
        }
        assertThat(open(Arrays.copyOf(bytes, bytes.length + 1))).isEmpty();
        assertThat(open(bytes)).contains("text");
    }

    private java.util.Optional<String> open(byte[] bytes) {
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        return sealer.open(Tenant.SINGLE, Sealer.Kind.SUMMARY, text);
    }

    @Test
    void whatIsNotOursIsKnownByItsBeginning() {
        assertThat(Sealer.isSealed(null)).isFalse();
        assertThat(Sealer.isSealed("gAAAAABo")).isFalse();
        assertThat(Sealer.isSealed("r4j")).isFalse();
        // A later version's is one, though this one cannot read it.
        assertThat(Sealer.isSealed("r4j:2:abc")).isTrue();
        for (String text : new String[] {
            "r4j:", "r4j:1:", "r4j:1:***", "r4j:2:" + seal("x").substring(6), "gAAAAABo"
        }) {
            assertThat(sealer.open(Tenant.SINGLE, Sealer.Kind.SUMMARY, text))
                    .as(text)
                    .isEmpty();
        }
    }
}
