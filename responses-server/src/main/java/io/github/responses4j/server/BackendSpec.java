package io.github.responses4j.server;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backends.ChatBackend;
import io.github.responses4j.backends.DemoBackend;
import io.github.responses4j.backends.ResponsesBackend;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One backend as it was asked for.
 *
 * @param pattern the glob of its models
 * @param kind what it speaks
 * @param url where it is; empty for a backend that is nowhere
 * @param apiKey the key that it wants; null if there is none
 * @param contextWindow how many tokens its models can be shown; null if that is not stated
 */
record BackendSpec(
        String pattern,
        String kind,
        String url,
        @Nullable String apiKey,
        @Nullable Long contextWindow) {
    static final String CHAT = "chat";
    static final String RESPONSES = "responses";
    static final String DEMO = "demo";

    private static final Set<String> REMOTE = Set.of(CHAT, RESPONSES);
    private static final Set<String> LATER = Set.of("anthropic", "gemini", "ollama");

    BackendSpec {
        if (LATER.contains(kind)) {
            throw new BadSettingsException(
                    "backend kind '" + kind + "' is not available yet; there are chat, responses and demo");
        }
        if (!REMOTE.contains(kind) && !kind.equals(DEMO)) {
            throw new BadSettingsException(
                    "there is no backend kind '" + kind + "'; there are chat, responses and demo");
        }
        if (REMOTE.contains(kind) && url.isEmpty()) {
            throw new BadSettingsException("backend '" + pattern + "=" + kind + "' needs a base url: '" + pattern + "="
                    + kind + ":<base url>'");
        }
        if (kind.equals(DEMO) && !url.isEmpty()) {
            throw new BadSettingsException("the demo backend takes no base url");
        }
    }

    BackendSpec(String pattern, String kind, String url, @Nullable String apiKey) {
        this(pattern, kind, url, apiKey, null);
    }

    /** This backend with a window; empty for none. */
    BackendSpec withContextWindow(String tokens) {
        if (tokens.isEmpty()) {
            return this;
        }
        try {
            long window = Long.parseLong(tokens);
            if (window > 0) {
                return new BackendSpec(pattern, kind, url, apiKey, window);
            }
        } catch (NumberFormatException e) {
            // Told below, in the same words.
        }
        throw new BadSettingsException("'" + tokens + "' is no context_window: a number of tokens");
    }

    /** Reads {@code <pattern>=<kind>[:<url>]}. */
    static BackendSpec parse(String text, @Nullable String apiKey) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new BadSettingsException("backend '" + text + "' is not <pattern>=<kind>:<base url>");
        }
        String rest = text.substring(equals + 1);
        int colon = rest.indexOf(':');
        String kind = (colon < 0 ? rest : rest.substring(0, colon)).strip().toLowerCase(Locale.ROOT);
        String url = colon < 0 ? "" : rest.substring(colon + 1).strip();
        return new BackendSpec(text.substring(0, equals).strip(), kind, url, kind.equals(DEMO) ? null : apiKey);
    }

    /** A name to try it with. */
    String exampleModel() {
        if (!pattern.contains("*")) {
            return pattern;
        }
        return kind.equals(DEMO) ? pattern.equals("*") ? DEMO : pattern.replace("*", DEMO) : "<model>";
    }

    Backend open() {
        try {
            return switch (kind) {
                case CHAT -> chat();
                case RESPONSES -> responses();
                default -> DemoBackend.create();
            };
        } catch (IllegalArgumentException e) {
            throw new BadSettingsException("backend '" + pattern + "': " + e.getMessage());
        }
    }

    private Backend chat() {
        ChatBackend.Builder builder = ChatBackend.builder(url);
        return (apiKey == null ? builder : builder.apiKey(apiKey)).build();
    }

    private Backend responses() {
        ResponsesBackend.Builder builder = ResponsesBackend.builder(url);
        return (apiKey == null ? builder : builder.apiKey(apiKey)).build();
    }

    @Override
    public String toString() {
        return pattern + "=" + kind;
    }
}
