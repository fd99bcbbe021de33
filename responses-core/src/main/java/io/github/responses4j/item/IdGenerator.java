package io.github.responses4j.item;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HexFormat;

/** Makes ids. */
@FunctionalInterface
public interface IdGenerator {
    /**
     * A new id such as {@code msg_…}: the prefix, an underscore, and something that is never given twice. Safe from any thread,
     * returns at once.
     */
    String next(String prefix);

    /**
     * Ids that nobody can guess: the milliseconds since 1970 and 144 random bits from a {@link SecureRandom}, in 48 hexadecimal digits. The
     * time in front lets a database write what is made together side by side; nothing else may be read from it.
     */
    static IdGenerator random() {
        SecureRandom random = new SecureRandom();
        Clock clock = Clock.systemUTC();
        HexFormat hex = HexFormat.of();
        return prefix -> {
            byte[] bits = new byte[18];
            random.nextBytes(bits);
            return prefix + "_" + hex.toHexDigits(clock.millis(), 12) + hex.formatHex(bits);
        };
    }
}
