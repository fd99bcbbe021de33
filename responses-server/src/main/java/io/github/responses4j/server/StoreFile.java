package io.github.responses4j.server;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The file of a database in this process: whether it is whole, and that no other process opens it. Reads only. */
final class StoreFile implements AutoCloseable {
    private static final int HEAD = 4096;
    private static final byte[] SQLITE = "SQLite format 3\0".getBytes(StandardCharsets.US_ASCII);
    private static final Pattern H2_BLOCK = Pattern.compile("\\bblock:([0-9a-f]+)");
    private static final Pattern H2_BLOCK_SIZE = Pattern.compile("\\bblockSize:([0-9a-f]+)");
    private static final Pattern H2_LENGTH = Pattern.compile("\\blen:([0-9a-f]+)");
    private static final int HEX = 16;

    private final @Nullable FileChannel lock;

    private StoreFile(@Nullable FileChannel lock) {
        this.lock = lock;
    }

    /**
     * Makes the file's folder where it is missing, looks whether the file is whole as far as its head tells, and keeps other processes
     * away until it is closed.
     *
     * @throws CannotStartException if the file is not what it should be or another process has it
     */
    static StoreFile take(StoreKind kind, Path file) {
        try {
            makeFolder(file.toAbsolutePath().getParent());
            String problem = Files.exists(file) ? problem(kind, file) : "";
            if (!problem.isEmpty()) {
                throw new CannotStartException("the store in " + file + " is damaged: " + problem);
            }
            // H2 locks its file itself.
            return new StoreFile(kind == StoreKind.SQLITE ? lock(file) : null);
        } catch (IOException e) {
            throw new CannotStartException("the store in " + file + " cannot be opened: " + reason(e));
        }
    }

    private static String reason(IOException e) {
        return e.getClass().getSimpleName().replaceFirst("Exception$", "") + " " + e.getMessage();
    }

    /** Others need not read what people said. */
    private static void makeFolder(@Nullable Path folder) throws IOException {
        if (folder == null || Files.isDirectory(folder)) {
            return;
        }
        if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file.resolveSibling(file.getFileName() + "-lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock();
        if (lock == null) {
            channel.close();
            throw inUse(file);
        }
        return channel;
    }

    static CannotStartException inUse(Path file) {
        return new CannotStartException(
                "the store in " + file + " is used by another process: a file belongs to one server at a time");
    }

    private static String problem(StoreKind kind, Path file) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "r")) {
            if (bytes.length() == 0) {
                return kind == StoreKind.H2 ? "it is empty" : "";
            }
            return kind == StoreKind.H2 ? h2(bytes) : sqlite(file, bytes);
        }
    }

    /** The head says where the last part was when the file was closed. What is missing behind it H2 itself takes for never written. */
    private static String h2(RandomAccessFile bytes) throws IOException {
        String head = text(bytes, 0);
        if (!head.startsWith("H:")) {
            return "it is no database of H2";
        }
        long size = number(H2_BLOCK_SIZE, head);
        long block = number(H2_BLOCK, head);
        if (block <= 0 || size <= 0) {
            return "";
        }
        if (block * size + HEAD > bytes.length()) {
            return "its end is missing";
        }
        long length = number(H2_LENGTH, text(bytes, block * size));
        return (block + length) * size > bytes.length() ? "its end is missing" : "";
    }

    private static String sqlite(Path file, RandomAccessFile bytes) throws IOException {
        byte[] head = head(bytes, 0);
        if (!new String(head, 0, Math.min(head.length, SQLITE.length), StandardCharsets.US_ASCII)
                .equals(new String(SQLITE, StandardCharsets.US_ASCII))) {
            return "it is no database of SQLite";
        }
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        if (Files.exists(log) && Files.size(log) > 0) {
            // The log may hold what is missing.
            return "";
        }
        ByteBuffer numbers = ByteBuffer.wrap(head);
        long page = numbers.getShort(16) & 0xffff;
        long pages = numbers.getInt(28) & 0xffffffffL;
        return pages * (page == 1 ? 65536 : page) > bytes.length() ? "its end is missing" : "";
    }

    private static long number(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Long.parseLong(matcher.group(1), HEX) : 0;
    }

    private static String text(RandomAccessFile bytes, long from) throws IOException {
        return new String(head(bytes, from), StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .orElse("");
    }

    private static byte[] head(RandomAccessFile bytes, long from) throws IOException {
        byte[] head = new byte[HEAD];
        bytes.seek(from);
        int read = 0;
        for (int n; read < HEAD && (n = bytes.read(head, read, HEAD - read)) > 0; read += n) {}
        return head;
    }

    @Override
    public void close() {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
