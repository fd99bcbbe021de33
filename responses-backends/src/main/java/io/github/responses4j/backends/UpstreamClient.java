package io.github.responses4j.backends;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every adapter has: an upstream, and the connections to it if they are its own.
 *
 * @param upstream whom to ask
 * @param own the transport to close with the adapter; null if it belongs to somebody else
 */
record UpstreamClient(Upstream upstream, @Nullable HttpTransport own) {
    /** The models that the upstream lists. */
    List<String> models() {
        List<String> models = new ArrayList<>();
        upstream.get("models", answer -> {
            JsonNode list = WireJson.tree(answer.body());
            for (JsonNode model : list.path("data")) {
                String id = model.path("id").asText("");
                if (!id.isEmpty()) {
                    models.add(id);
                }
            }
        });
        return List.copyOf(models);
    }

    void close() {
        if (own != null) {
            own.close();
        }
    }

    /** Collects what the adapters' builders have in common. */
    static final class Setup {
        private final String baseUrl;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private @Nullable HttpTransport shared;

        Setup(String baseUrl) {
            this.baseUrl = baseUrl;
        }

        void header(String name, String value) {
            headers.put(name, value);
        }

        void transport(HttpTransport transport) {
            this.shared = transport;
        }

        UpstreamClient build() {
            HttpTransport given = shared;
            HttpTransport transport = given == null ? HttpTransport.create() : given;
            Upstream upstream = new Upstream(transport, Upstream.baseOf(baseUrl), headers);
            return new UpstreamClient(upstream, given == null ? transport : null);
        }
    }
}
