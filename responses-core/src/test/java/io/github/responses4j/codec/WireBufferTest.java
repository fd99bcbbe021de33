package io.github.responses4j.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Bytes that gather, leave, and give up their memory. */
class WireBufferTest {
    private static String text(WireBuffer buffer) {
        return StandardCharsets.UTF_8.decode(buffer.view()).toString();
    }

    @Test
    void holdsNothingBeforeTheFirstByteAndAfterItsRelease() {
        WireBuffer buffer = new WireBuffer();
        assertThat(buffer.view().array()).isEmpty();

        buffer.number(7).string("a").raw(new byte[] {'b'});
        assertThat(text(buffer)).isEqualTo("7\"a\"b");
        assertThat(buffer.view().array()).hasSize(1024);

        buffer.release();
        assertThat(buffer.isEmpty()).isTrue();
        assertThat(buffer.toByteArray()).isEmpty();
        assertThat(buffer.view().array()).isEmpty();

        buffer.ascii("x".repeat(3000)).number(12);
        assertThat(text(buffer)).isEqualTo("x".repeat(3000) + "12");
    }

    @Test
    void isUsedAgainAfterItWasEmptiedUnlessItHasBecomeLarge() {
        WireBuffer buffer = new WireBuffer().ascii("x".repeat(5000));
        byte[] bytes = buffer.view().array();
        buffer.clear();
        buffer.ascii("y");
        assertThat(buffer.view().array()).isSameAs(bytes);
        assertThat(text(buffer)).isEqualTo("y");

        buffer.ascii("x".repeat(100_000));
        buffer.clear();
        assertThat(buffer.view().array()).isEmpty();
        assertThat(text(buffer.string("ä"))).isEqualTo("\"ä\"");
    }
}
