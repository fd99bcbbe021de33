package io.github.responses4j.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.responses4j.store.Tenant;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals texts that a caller keeps for the engine: only an engine with the same secret can read them, none can be changed unseen, and
 * none can be read for another tenant or as something else than it was sealed as.
 *
 * <p>A sealed text is {@code r4j:1:} and, in base64url, a nonce, the text under AES-256 in GCM, and its tag. Safe from any thread.
 */
final class Sealer {
    /** How many bytes a secret has at least. */
    static final int MIN_SECRET = 32;

    private static final String OURS = "r4j:";
    private static final String VERSION = OURS + "1:";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    private Sealer(SecretKeySpec key) {
        this.key = key;
    }

    /** What a sealed text is; one kind cannot be read as another. */
    enum Kind {
        SUMMARY,
        REASONING
    }

    /**
     * A sealer.
     *
     * @param secret what all engines that are to read each other's texts have; null for one that nobody else has
     */
    static Sealer of(byte @Nullable [] secret) {
        byte[] basis = secret;
        if (basis == null) {
            basis = new byte[MIN_SECRET];
            RANDOM.nextBytes(basis);
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(basis, "HmacSHA256"));
            return new Sealer(new SecretKeySpec(mac.doFinal((VERSION + "key").getBytes(UTF_8)), "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no HMAC-SHA-256", e);
        }
    }

    /** Whether a text was sealed by an engine such as this one, with whatever secret. */
    static boolean isSealed(@Nullable String text) {
        return text != null && text.startsWith(OURS);
    }

    String seal(Tenant tenant, Kind kind, String text) {
        byte[] nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, tenant, kind).doFinal(text.getBytes(UTF_8));
            byte[] whole = ByteBuffer.allocate(nonce.length + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
            return VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES-256 in GCM", e);
        }
    }

    /** The text, unless it was changed, or sealed with another secret, for another tenant, or as another kind. */
    Optional<String> open(Tenant tenant, Kind kind, String sealed) {
        if (!sealed.startsWith(VERSION)) {
            return Optional.empty();
        }
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(sealed.substring(VERSION.length()));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
        if (whole.length < NONCE_BYTES + TAG_BITS / Byte.SIZE) {
            return Optional.empty();
        }
        byte[] nonce = new byte[NONCE_BYTES];
        System.arraycopy(whole, 0, nonce, 0, NONCE_BYTES);
        try {
            byte[] text = cipher(Cipher.DECRYPT_MODE, nonce, tenant, kind)
                    .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
            return Optional.of(new String(text, UTF_8));
        } catch (AEADBadTagException changed) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES-256 in GCM", e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, Tenant tenant, Kind kind) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD((VERSION + kind + ":" + tenant.id()).getBytes(UTF_8));
        return cipher;
    }
}
