package io.github.responses4j.http;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages of strangers away from a server that trusts whoever reaches it: the {@code Host} must be one of ours, so that a name
 * which a stranger points here does not count, and an {@code Origin} must be the host that is called. Immutable.
 */
final class OriginGuard {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost\\.?|127(\\.[0-9]{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

    private final Set<String> hosts;

    /**
     * A guard for some hosts.
     *
     * @param hosts names beside those of this machine itself, lower case
     */
    OriginGuard(Set<String> hosts) {
        this.hosts = Set.copyOf(hosts);
    }

    /**
     * Whether a request may pass.
     *
     * @param host the host that the client calls, without port
     * @param authority the {@code Host} header, with port
     * @param origin the {@code Origin} header; null if it is no browser that calls
     */
    boolean admits(@Nullable String host, @Nullable String authority, @Nullable String origin) {
        return host != null && isOurs(host) && (origin == null || isSame(origin, authority));
    }

    private boolean isOurs(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return isLoopback(name) || hosts.contains(name);
    }

    private static boolean isSame(String origin, @Nullable String authority) {
        try {
            String caller = URI.create(origin).getRawAuthority();
            return caller != null && caller.equalsIgnoreCase(authority);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Whether a host name is this machine's own. */
    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }
}
