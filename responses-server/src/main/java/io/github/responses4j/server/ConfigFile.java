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

/** The YAML file: the options under their own names, each with one value or a list of them. */
final class ConfigFile {
    private static final Set<String> NAMES =
            Set.of("host", "port", "store", "backend", "api-key", "profile", "insecure", "openai-api-key");

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
            values.put(entry.getKey(), texts(file, entry.getKey(), entry.getValue()));
        });
        return values;
    }

    private static List<String> texts(Path file, String name, JsonNode value) {
        List<String> texts = new ArrayList<>();
        for (JsonNode one : value.isArray() ? value : List.of(value)) {
            if (!one.isValueNode() || one.isNull()) {
                throw new BadSettingsException(file + ": '" + name + "' must be a value or a list of values");
            }
            texts.add(one.asText());
        }
        return texts;
    }

    private static int line(JsonProcessingException e) {
        return e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    }
}
