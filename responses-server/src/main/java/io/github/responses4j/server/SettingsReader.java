package io.github.responses4j.server;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.jdbc.Durability;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts together what the command line, the environment and the file say, in this order. */
final class SettingsReader {
    /** The data directory, where the server is started. */
    static final String DATA = "responses-data";

    private static final String PREFIX = "RESPONSES_";
    private static final String KEY = "openai-api-key";
    private static final int MAX_CONNECTIONS = 1000;
    private static final int MAX_PORT = 65535;
    private static final int MIN_SECRET = 32;
    private static final Duration MIN_LEASE = Duration.ofSeconds(1);
    private static final Duration MAX_LEASE = Duration.ofHours(1);

    private final Arguments arguments;
    private final Map<String, String> environment;
    private final Map<String, List<String>> file;

    private SettingsReader(Arguments arguments, Map<String, String> environment) {
        this.arguments = arguments;
        this.environment = environment;
        Path config = arguments.config;
        String other = environment(PREFIX + "CONFIG");
        this.file =
                config != null ? ConfigFile.read(config) : other != null ? ConfigFile.read(Path.of(other)) : Map.of();
    }

    /**
     * Reads the settings.
     *
     * @throws BadSettingsException if something is not what it must be
     */
    static Settings read(Arguments arguments, Map<String, String> environment) {
        return new SettingsReader(arguments, environment).read();
    }

    private Settings read() {
        String key = environment("OPENAI_API_KEY");
        String backendKey = key != null ? key : only("", file.get(KEY));
        Map<String, Tenant> keys = keys(many(arguments.apiKeys, "api-key"));
        StoreSpec store = store();
        return new Settings(
                one(arguments.host, "host", "127.0.0.1"),
                port(one(arguments.port, "port", "8080")),
                store,
                backends(backendKey),
                keys,
                profile(one(arguments.profile, "profile", Profile.DEFAULT.name())),
                arguments.insecure || flag("insecure"),
                secret(one(null, "secret", "")),
                Keeping.parse(
                                many(arguments.keep, "keep"),
                                one(arguments.restoreWindow, "restore-window", "0s"),
                                arguments.keepUsage || flag("keep-usage"))
                        .openedBy(keys)
                        .keptIn(store),
                Durations.between("lease", one(arguments.lease, "lease", "30s"), MIN_LEASE, MAX_LEASE));
    }

    private List<BackendSpec> backends(@Nullable String key) {
        List<String> texts = many(arguments.backends, "backend");
        List<String> windows = file.getOrDefault(ConfigFile.WINDOWS, List.of());
        boolean fromFile = texts.equals(file.get("backend"));
        List<BackendSpec> backends = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            BackendSpec backend = BackendSpec.parse(texts.get(i), key);
            backends.add(fromFile ? backend.withContextWindow(windows.get(i)) : backend);
        }
        return backends.isEmpty() ? List.of(BackendSpec.parse("*=demo", key)) : backends;
    }

    /** The secret is not repeated in messages: they end up in logs. */
    private static @Nullable String secret(String text) {
        if (text.isEmpty()) {
            return null;
        }
        if (text.getBytes(StandardCharsets.UTF_8).length < MIN_SECRET) {
            throw new BadSettingsException("the secret must have at least " + MIN_SECRET + " bytes");
        }
        return text;
    }

    private @Nullable String environment(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private @Nullable String mirror(String option) {
        return environment(PREFIX + option.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private String one(@Nullable String typed, String option, String otherwise) {
        if (typed != null) {
            return typed;
        }
        String mirrored = mirror(option);
        if (mirrored != null) {
            return mirrored;
        }
        String filed = only(option, file.get(option));
        return filed == null ? otherwise : filed;
    }

    private static @Nullable String only(String option, @Nullable List<String> values) {
        if (values == null || values.isEmpty()) {
            return null;
        }
        if (values.size() > 1) {
            throw new BadSettingsException("'" + option + "' has only one value");
        }
        return values.get(0);
    }

    private List<String> many(List<String> typed, String option) {
        if (!typed.isEmpty()) {
            return typed;
        }
        String mirrored = mirror(option);
        if (mirrored != null) {
            return Arrays.stream(mirrored.split(",", -1))
                    .map(String::strip)
                    .filter(value -> !value.isEmpty())
                    .toList();
        }
        return file.getOrDefault(option, List.of());
    }

    private static int port(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words.
        }
        throw new BadSettingsException("'" + text + "' is no port: 0 to " + MAX_PORT);
    }

    private StoreSpec store() {
        String store = one(arguments.store, "store", "");
        String data = one(arguments.data, "data", "");
        if (!store.isEmpty() && !data.isEmpty()) {
            throw new BadSettingsException("there is either a store or a data directory to keep one in");
        }
        StoreSpec spec =
                store.isEmpty() ? StoreSpec.within(Path.of(data.isEmpty() ? DATA : data)) : StoreSpec.parse(store);
        String user = one(arguments.storeUser, "store-user", "");
        String password = one(null, "store-password", "");
        String connections = one(arguments.storeConnections, "store-connections", "");
        return spec.openedBy(user.isEmpty() ? null : user, password.isEmpty() ? null : password)
                .withDurability(durability(one(arguments.durability, "durability", "strict")))
                .withConnections(connections.isEmpty() ? spec.connections() : connections(connections));
    }

    private static Durability durability(String text) {
        return switch (text) {
            case "strict" -> Durability.STRICT;
            case "relaxed" -> Durability.RELAXED;
            default -> throw new BadSettingsException("durability is strict or relaxed, not '" + text + "'");
        };
    }

    private static int connections(String text) {
        try {
            int connections = Integer.parseInt(text);
            if (connections >= 1 && connections <= MAX_CONNECTIONS) {
                return connections;
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words.
        }
        throw new BadSettingsException("'" + text + "' is no number of connections: 1 to " + MAX_CONNECTIONS);
    }

    private boolean flag(String option) {
        String text = one(null, option, "false");
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "1", "yes" -> true;
            case "false", "0", "no" -> false;
            default -> throw new BadSettingsException("'" + option + "' is true or false, not '" + text + "'");
        };
    }

    private static Profile profile(String name) {
        try {
            return Profile.named(name);
        } catch (IllegalArgumentException e) {
            throw new BadSettingsException(String.valueOf(e.getMessage()));
        }
    }

    /** Keys are not repeated in messages: they end up in logs. */
    private static Map<String, Tenant> keys(List<String> texts) {
        Map<String, Tenant> keys = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            String key = (equals < 0 ? text : text.substring(0, equals)).strip();
            String tenant = equals < 0 ? "" : text.substring(equals + 1).strip();
            if (key.isEmpty() || equals >= 0 && tenant.isEmpty()) {
                throw new BadSettingsException("an API key is <key> or <key>=<tenant>, neither of them empty");
            }
            if (keys.put(key, tenant.isEmpty() ? Tenant.SINGLE : tenant(tenant)) != null) {
                throw new BadSettingsException("an API key is given twice");
            }
        }
        return keys;
    }

    private static Tenant tenant(String id) {
        try {
            return new Tenant(id);
        } catch (IllegalArgumentException e) {
            throw new BadSettingsException(String.valueOf(e.getMessage()));
        }
    }
}
