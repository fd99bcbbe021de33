package io.github.responses4j.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The YAML file: the options under their own names, each with one value or a list of them; a backend may be an object. */
final class ConfigFile {
    private static final Set<String> NAMES = Set.of(
            "host",
            "port",
            "store",
            "data",
            "store-user",
            "store-password",
            "store-connections",
            "durability",
            "lease",
            "keep",
            "restore-window",
            "keep-usage",
            "backend",
            "api-key",
            "profile",
            "insecure",
            "openai-api-key",
            "secret");

    /** Where the windows of the backends are: one for each, empty for one that states none. */
    static final String WINDOWS = "backend.context_window";

    private static final Set<String> BACKEND_NAMES = Set.of("pattern", "kind", "url", "context_window");

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @throws BadSettingsException if it cannot be read or has names that are none
     */
    static Map<String, List<String>> read(Path file) {
        JsonNode root;
        try {
            root = new YAMLMapper().readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new BadSettingsException(file + " is not valid YAML, line " + line(e));
        } catch (IOException e) {
            throw new BadSettingsException(file + " cannot be read");
        }
        Map<String, List<String>> values = new LinkedHashMap<>();
        if (root.isMissingNode() || root.isNull()) {
            return values;
        }
        if (!root.isObject()) {
            throw new BadSettingsException(file + " must hold names and values");
        }
        root.properties().forEach(entry -> {
            if (!NAMES.contains(entry.getKey())) {
                throw new BadSettingsException(file + ": there is no option '" + entry.getKey() + "'");
            }
            if (entry.getKey().equals("backend")) {
                backends(file, entry.getValue(), values);
            } else {
                values.put(entry.getKey(), texts(file, entry.getKey(), entry.getValue()));
            }
        });
        return values;
    }

    /** A backend is what it is on the command line, or has its parts under their names. */
    private static void backends(Path file, JsonNode value, Map<String, List<String>> values) {
        List<String> backends = new ArrayList<>();
        List<String> windows = new ArrayList<>();
        for (JsonNode one : value.isArray() ? value : List.of(value)) {
            if (!one.isObject()) {
                backends.add(text(file, "backend", one));
                windows.add("");
                continue;
            }
            one.properties().forEach(entry -> {
                if (!BACKEND_NAMES.contains(entry.getKey())) {
                    throw new BadSettingsException(file + ": a backend has no '" + entry.getKey() + "'");
                }
            });
            String url = part(file, one, "url");
            backends.add(part(file, one, "pattern") + "=" + part(file, one, "kind") + (url.isEmpty() ? "" : ":" + url));
            windows.add(part(file, one, "context_window"));
        }
        values.put("backend", backends);
        values.put(WINDOWS, windows);
    }

    private static String part(Path file, JsonNode backend, String name) {
        JsonNode value = backend.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isValueNode()) {
            throw new BadSettingsException(file + ": '" + name + "' of a backend must be a value");
        }
        return value.asText();
    }

    private static List<String> texts(Path file, String name, JsonNode value) {
        List<String> texts = new ArrayList<>();
        for (JsonNode one : value.isArray() ? value : List.of(value)) {
            texts.add(text(file, name, one));
        }
        return texts;
    }

    private static String text(Path file, String name, JsonNode value) {
        if (!value.isValueNode() || value.isNull()) {
            throw new BadSettingsException(file + ": '" + name + "' must be a value or a list of values");
        }
        return value.asText();
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }
}
