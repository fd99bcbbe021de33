package io.github.responses4j.item;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes ids. */
@FunctionalInterface
public interface IdGenerator {
    /**
     * A new id such as {@code msg_…}: the prefix, an underscore, and something that is never given twice. Safe from any thread,
     * returns at once.
     */
    String next(String prefix);

    /** Ids with 192 random bits from a {@link SecureRandom}, which nobody can guess. */
    static IdGenerator random() {
        SecureRandom random = new SecureRandom();
        return prefix -> {
            byte[] bits = new byte[24];
            random.nextBytes(bits);
            return prefix + "_" + HexFormat.of().formatHex(bits);
        };
    }
}
