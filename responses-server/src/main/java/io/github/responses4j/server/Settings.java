package io.github.responses4j.server;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.store.Tenant;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the server is to run.
 *
 * @param host the address to listen on
 * @param port the port, 0 for any
 * @param store where responses are kept
 * @param backends what serves the models, in order; at least one
 * @param apiKeys who may call; nobody needs a key if there is none
 * @param profile what answers look like
 * @param insecure whether other machines may call without a key
 * @param secret what sealed content is sealed with; null for the one beside the store's file, or one that nobody else has
 * @param keeping how long responses are kept
 * @param lease for how long a run belongs to this server without a sign of life
 */
record Settings(
        String host,
        int port,
        StoreSpec store,
        List<BackendSpec> backends,
        Map<String, Tenant> apiKeys,
        Profile profile,
        boolean insecure,
        @Nullable String secret,
        Keeping keeping,
        Duration lease) {
    Settings {
        backends = List.copyOf(backends);
        apiKeys = Map.copyOf(apiKeys);
    }

    @Override
    public String toString() {
        return "Settings[" + host + ":" + port + "]";
    }
}
