package io.github.responses4j.backends;

import io.github.responses4j.response.Warning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects what cannot be honoured, each parameter once. */
final class Warnings {
    private final Map<String, Warning> byParam = new LinkedHashMap<>();

    void add(String param, String message) {
        byParam.putIfAbsent(param, new Warning(param, message));
    }

    List<Warning> all() {
        return List.copyOf(byParam.values());
    }
}
