package io.github.responses4j.store.jdbc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Names and texts as the columns hold them: ASCII, so that no collation, padding or character set changes them. */
final class Names {
    /** The longest name in a column. */
    static final int MAX_LENGTH = 255;

    private Names() {}

    /**
     * A name in visible ASCII characters; different names stay different.
     *
     * @throws IllegalArgumentException if it is too long for its column
     */
    static String encode(String name) {
        StringBuilder encoded = null;
        for (int n = 0; n < name.length(); n++) {
            char unit = name.charAt(n);
            boolean plain = unit > ' ' && unit <= '~' && unit != '\\';
            if (encoded == null && !plain) {
                encoded = new StringBuilder(name.length() + 16).append(name, 0, n);
            }
            if (encoded != null) {
                if (plain) {
                    encoded.append(unit);
                } else {
                    encoded.append('\\').append(HexFormat.of().toHexDigits(unit));
                }
            }
        }
        String column = encoded == null ? name : encoded.toString();
        if (column.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a name has at most " + MAX_LENGTH + " characters in its column");
        }
        return column;
    }

    /** A name to look for: as {@link #encode}, and for one that no column can hold, a text that none has. */
    static String known(String name) {
        try {
            return encode(name);
        } catch (IllegalArgumentException tooLong) {
            return "\\";
        }
    }

    /** The name that {@link #encode} was given. */
    static String decode(String column) {
        int escape = column.indexOf('\\');
        if (escape < 0) {
            return column;
        }
        StringBuilder name = new StringBuilder(column.length());
        int from = 0;
        while (escape >= 0) {
            name.append(column, from, escape).append((char) HexFormat.fromHexDigits(column, escape + 1, escape + 5));
            from = escape + 5;
            escape = column.indexOf('\\', from);
        }
        return name.append(column, from, column.length()).toString();
    }

    /** A digest of text that is compared but never given back. */
    static String hash(String text) {
        try {
            byte[] units = new byte[text.length() * 2];
            ByteBuffer.wrap(units).asCharBuffer().put(text);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(units));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** A new name of a row. The time in front keeps rows that are young together near each other; nothing relies on it. */
    static String uid() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(System.currentTimeMillis(), 12)
                + hex.toHexDigits((short) random.nextInt())
                + hex.toHexDigits(random.nextLong());
    }

    /**
     * JSON text as bytes.
     *
     * @throws IllegalArgumentException if it is not ASCII
     */
    static byte[] bytes(String json) {
        byte[] bytes = json.getBytes(StandardCharsets.ISO_8859_1);
        if (!json.equals(new String(bytes, StandardCharsets.US_ASCII))) {
            throw new IllegalArgumentException("JSON text is ASCII-escaped");
        }
        return bytes;
    }

    /** The text that {@link #bytes} was given. */
    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
