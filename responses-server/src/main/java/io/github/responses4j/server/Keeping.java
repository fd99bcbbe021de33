package io.github.responses4j.server;

import io.github.responses4j.store.Retention;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long responses are kept, and what is kept of those that are gone.
 *
 * @param timeToLive how long a response is kept after its end; null for the store's own time
 * @param tenants the tenants whose responses are kept for another time
 * @param restoreWindow how long a deleted response can be restored
 * @param keepsUsage whether usage outlives its response
 */
record Keeping(
        @Nullable Duration timeToLive, Map<Tenant, Duration> tenants, Duration restoreWindow, boolean keepsUsage) {
    /** What a server does that is told nothing. */
    static final Keeping DEFAULT = new Keeping(null, Map.of(), Duration.ZERO, false);

    private static final String KEEP = "keep";
    private static final String RESTORE_WINDOW = "restore-window";
    private static final String NOT_IN_MEMORY =
            " needs a store that is not in memory: what is kept in memory is gone with the server";
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofDays(36_500);

    Keeping {
        tenants = Map.copyOf(tenants);
    }

    /**
     * Reads {@code [<tenant>=]<duration>}, each tenant once.
     *
     * @throws BadSettingsException if something is not what it must be
     */
    static Keeping parse(List<String> times, String restoreWindow, boolean keepsUsage) {
        Duration all = null;
        Map<Tenant, Duration> tenants = new LinkedHashMap<>();
        for (String text : times) {
            int equals = text.lastIndexOf('=');
            Duration time = Durations.between(KEEP, text.substring(equals + 1).strip(), LEAST, MOST);
            boolean again;
            if (equals < 0) {
                again = all != null;
                all = time;
            } else {
                again = tenants.put(tenant(text.substring(0, equals).strip()), time) != null;
            }
            if (again) {
                throw new BadSettingsException("keep says two times for the same responses: '" + text + "'");
            }
        }
        return new Keeping(
                all, tenants, Durations.between(RESTORE_WINDOW, restoreWindow, Duration.ZERO, MOST), keepsUsage);
    }

    private static Tenant tenant(String id) {
        try {
            return new Tenant(id);
        } catch (IllegalArgumentException e) {
            throw new BadSettingsException(KEEP + ": " + e.getMessage());
        }
    }

    /**
     * The same; a tenant that nobody can be is a slip of the pen, and its responses would be kept for longer than somebody believes.
     *
     * @throws BadSettingsException if a tenant has no key
     */
    Keeping openedBy(Map<String, Tenant> keys) {
        for (Tenant tenant : tenants.keySet()) {
            if (!keys.containsValue(tenant) && !(keys.isEmpty() && tenant.equals(Tenant.SINGLE))) {
                throw new BadSettingsException("keep names the tenant '" + tenant + "', which no API key opens");
            }
        }
        return this;
    }

    /**
     * The same; what outlives a response must outlive the server, or it is not there when somebody wants it.
     *
     * @throws BadSettingsException if the store is in memory and something is to be kept of responses that are gone
     */
    Keeping keptIn(StoreSpec store) {
        if (store.isInMemory() && keepsUsage) {
            throw new BadSettingsException("keep-usage" + NOT_IN_MEMORY);
        }
        if (store.isInMemory() && !restoreWindow.isZero()) {
            throw new BadSettingsException(RESTORE_WINDOW + NOT_IN_MEMORY);
        }
        return this;
    }

    /** What a store is told whose own time is another. */
    Retention retention(Duration usual) {
        return new Retention(timeToLive == null ? usual : timeToLive, restoreWindow, keepsUsage);
    }
}
