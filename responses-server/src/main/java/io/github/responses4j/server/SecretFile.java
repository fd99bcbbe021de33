package io.github.responses4j.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** The secret of a server whose store is a file: made by the first start, and kept beside the store for all others. */
final class SecretFile {
    private static final int BYTES = 32;
    private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{" + 2 * BYTES + "}\\R?");

    /** One that is longer is none, and not worth reading. */
    private static final int MOST = 4 * BYTES;

    private static final Set<PosixFilePermission> READ_BY_OTHERS =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.OTHERS_READ);

    private SecretFile() {}

    /** Where the secret of a store is. */
    static Path of(Path store) {
        return store.resolveSibling(String.valueOf(store.getFileName()).replaceFirst("\\.mv\\.db$", "") + ".secret");
    }

    /**
     * The secret of a store that no other process has open. One that is not whole is left as it is: another one in its place would make
     * unreadable what callers have.
     *
     * @param found whether the store was one before this start, and not missing or empty
     * @param warning takes each thing that somebody should know, in one line
     * @throws CannotStartException if it is not whole, or cannot be read or made
     */
    static String beside(Path store, boolean found, Consumer<String> warning) {
        Path file = of(store);
        try {
            // A link that leads nowhere is no place for another secret: the one that it means may come back.
            boolean missing = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
            if (missing) {
                make(file);
            }
            String text =
                    Files.size(file) > MOST ? "" : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            if (!WHOLE.matcher(text).matches()) {
                throw new CannotStartException("the secret in " + file + " is damaged: it should be " + 2 * BYTES
                        + " hexadecimal digits. Restore it, or remove it: then what was sealed with it cannot be read");
            }
            if (missing && found) {
                warning.accept("there was no secret beside the store " + store
                        + ", which is older: the server has made " + file + ", and cannot read what was sealed before");
            }
            if (!missing && isReadByOthers(file)) {
                warning.accept(
                        "others may read the secret in " + file + ": it should be its owner's alone (chmod 600)");
            }
            return text.strip();
        } catch (IOException e) {
            throw new CannotStartException("the secret in " + file + " cannot be read or made: "
                    + e.getClass().getSimpleName().replaceFirst("Exception$", "") + " " + e.getMessage());
        }
    }

    /** Under another name first: a file of this name is whole, and on the disk. */
    private static void make(Path file) throws IOException {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        ByteBuffer text = US_ASCII.encode(HexFormat.of().formatHex(secret) + "\n");
        Path begun = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(begun);
        try (FileChannel channel = FileChannel.open(
                begun, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ofNobodyElse())) {
            while (text.hasRemaining()) {
                channel.write(text);
            }
            channel.force(true);
        }
        Files.move(begun, file, StandardCopyOption.ATOMIC_MOVE);
        Path folder = file.toAbsolutePath().getParent();
        if (isPosix() && folder != null) {
            try (FileChannel names = FileChannel.open(folder)) {
                names.force(true);
            }
        }
    }

    private static FileAttribute<?>[] ofNobodyElse() {
        return isPosix()
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean isReadByOthers(Path file) throws IOException {
        return isPosix() && !Collections.disjoint(Files.getPosixFilePermissions(file), READ_BY_OTHERS);
    }

    private static boolean isPosix() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    }
}
