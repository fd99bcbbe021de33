package io.github.responses4j.server;

import io.github.responses4j.store.jdbc.Durability;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where responses are kept, as it was asked for. Who may open it is not part of the URL: what has it shows it.
 *
 * @param kind what it is
 * @param url the JDBC URL without user and password; the kind's own name for a store in memory
 * @param user who opens it; null if that needs nobody
 * @param password the password; null if there is none
 * @param durability what a commit must be worth
 * @param connections how many connections there are at most
 */
record StoreSpec(
        StoreKind kind,
        String url,
        @Nullable String user,
        @Nullable String password,
        Durability durability,
        int connections) {
    private static final Pattern USER_INFO = Pattern.compile("^([^/]*//)([^/@?]*)@");
    private static final Pattern FILE =
            Pattern.compile("^jdbc:(?:h2:(?:file:|async:|nio:)?|sqlite:(?:file:)?)([^;?]+)");
    private static final String H2_IN_MEMORY = StoreKind.H2.prefix() + "mem:";
    private static final String FILE_NAME = "responses";

    /** A store in this process. */
    static StoreSpec memory() {
        return new StoreSpec(StoreKind.MEMORY, StoreKind.MEMORY.prefix(), null, null, Durability.STRICT, 0);
    }

    /** The file of a server that was told no store. */
    static StoreSpec within(Path data) {
        if (data.toString().indexOf(';') >= 0) {
            throw new BadSettingsException("a data directory has no ';' in its name");
        }
        return parse("jdbc:h2:" + data.toAbsolutePath().normalize().resolve(FILE_NAME));
    }

    /**
     * Reads {@code memory} or a JDBC URL.
     *
     * @throws BadSettingsException if it is neither
     */
    static StoreSpec parse(String text) {
        StoreKind kind = StoreKind.of(text);
        if (kind == StoreKind.MEMORY) {
            return memory();
        }
        StoreSpec bare = new StoreSpec(kind, text, null, null, Durability.STRICT, kind.connections());
        StoreSpec spec = bare.withoutUserInfo().withoutOptions();
        if (kind == StoreKind.SQLITE && spec.file() == null) {
            throw new BadSettingsException("a store in SQLite is in a file; one in memory is --store memory");
        }
        return spec;
    }

    private StoreSpec withoutUserInfo() {
        Matcher info = USER_INFO.matcher(url);
        if (!info.find()) {
            return this;
        }
        String who = info.group(2);
        int colon = who.indexOf(':');
        String rest = info.group(1) + url.substring(info.end());
        return colon < 0
                ? with(rest, decoded(who), password)
                : with(rest, decoded(who.substring(0, colon)), decoded(who.substring(colon + 1)));
    }

    private StoreSpec withoutOptions() {
        String first = kind.hasSemicolons() ? ";" : "?";
        String next = kind.hasSemicolons() ? ";" : "&";
        int begin = url.indexOf(first);
        if (begin < 0) {
            return this;
        }
        StoreSpec spec = this;
        List<String> left = new ArrayList<>();
        for (String option : url.substring(begin + 1).split(next, -1)) {
            String lower = option.toLowerCase(Locale.ROOT);
            String value = option.substring(option.indexOf('=') + 1);
            if (lower.startsWith("user=")) {
                spec = spec.with(url, decoded(value), spec.password);
            } else if (lower.startsWith("password=")) {
                spec = spec.with(url, spec.user, decoded(value));
            } else if (!option.isEmpty()) {
                left.add(option);
            }
        }
        String base = url.substring(0, begin);
        return spec.with(left.isEmpty() ? base : base + first + String.join(next, left), spec.user, spec.password);
    }

    /** PostgreSQL's driver reads what is between as a URL does, and so does whoever writes before an at sign. */
    private String decoded(String text) {
        try {
            return kind.hasSemicolons() ? text : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private StoreSpec with(String otherUrl, @Nullable String otherUser, @Nullable String otherPassword) {
        return new StoreSpec(kind, otherUrl, otherUser, otherPassword, durability, connections);
    }

    /** The same, opened by somebody; null leaves what the URL says. */
    StoreSpec openedBy(@Nullable String otherUser, @Nullable String otherPassword) {
        return with(url, otherUser == null ? user : otherUser, otherPassword == null ? password : otherPassword);
    }

    StoreSpec withDurability(Durability other) {
        return new StoreSpec(kind, url, user, password, other, connections);
    }

    StoreSpec withConnections(int most) {
        return new StoreSpec(kind, url, user, password, durability, most);
    }

    /** Whether the URL says something about an option. */
    boolean says(String option) {
        return Pattern.compile("[?;&]" + Pattern.quote(option) + "=", Pattern.CASE_INSENSITIVE)
                .matcher(url)
                .find();
    }

    /** Whether it is gone with its process. */
    boolean isInMemory() {
        return kind == StoreKind.MEMORY || url.startsWith(H2_IN_MEMORY);
    }

    /** The file that it is in, and that one process opens; null if it is in none. */
    @Nullable
    Path file() {
        Matcher file = FILE.matcher(url);
        if (!file.find() || file.group(1).matches("(mem|tcp|ssl|zip|classpath|:memory):.*|:.*")) {
            return null;
        }
        return Path.of(
                kind == StoreKind.H2
                        ? file.group(1).replaceFirst("^~(?=/)", Matcher.quoteReplacement(home())) + ".mv.db"
                        : file.group(1));
    }

    private static String home() {
        return System.getProperty("user.home", "~");
    }

    /** Names it for people: the file, or the URL without options. */
    String shown() {
        Path file = file();
        if (file != null) {
            return file.toString();
        }
        int options = url.indexOf(kind.hasSemicolons() ? ';' : '?');
        return options < 0 ? url : url.substring(0, options);
    }

    @Override
    public String toString() {
        return shown();
    }
}
