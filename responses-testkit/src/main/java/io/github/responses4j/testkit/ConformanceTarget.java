package io.github.responses4j.testkit;

import io.github.responses4j.testkit.StreamOptions.Tolerance;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A server that is asked whether it keeps to Open Responses. Immutable; every method answers a changed copy.
 *
 * @param baseUrl what {@code /responses} is appended to, without a slash at the end, such as {@code http://127.0.0.1:8080/v1}
 * @param model the model to ask; it must be able to call functions and to look at images
 * @param headers sent with every request and every WebSocket handshake, such as {@code Authorization}
 * @param streams how strict to be about streams
 * @param patience how long one answer, or one turn on a WebSocket, may take
 */
public record ConformanceTarget(
        URI baseUrl, String model, Map<String, String> headers, StreamOptions streams, Duration patience) {

    /** The prefix of the properties that {@link #fromProperties} reads. */
    private static final String PROPERTY = "conformance.";

    /** Copies the headers, and leaves out a slash at the end of the base URL. */
    public ConformanceTarget {
        String url = baseUrl.toString();
        baseUrl = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
        headers = Map.copyOf(headers);
    }

    /**
     * A server that wants no key, each answer within a minute, streams as lenient as Open Responses is.
     *
     * @param baseUrl what {@code /responses} is appended to
     * @param model the model to ask
     */
    public static ConformanceTarget of(URI baseUrl, String model) {
        return new ConformanceTarget(baseUrl, model, Map.of(), lenient(), Duration.ofSeconds(60));
    }

    /**
     * What the system properties {@code conformance.baseUrl}, {@code conformance.model} and, if it is there, {@code
     * conformance.apiKey} say.
     *
     * @throws IllegalStateException if one of the first two is missing
     */
    public static ConformanceTarget fromProperties() {
        ConformanceTarget target = of(URI.create(property("baseUrl")), property("model"));
        String key = System.getProperty(PROPERTY + "apiKey", "");
        return key.isEmpty() ? target : target.withApiKey(key);
    }

    /** The same with {@code Authorization: Bearer …}. */
    public ConformanceTarget withApiKey(String key) {
        return withHeader("Authorization", "Bearer " + key);
    }

    /** The same with one more header, or with another value of it. */
    public ConformanceTarget withHeader(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new ConformanceTarget(baseUrl, model, more, streams, patience);
    }

    /** The same with other demands on streams. */
    public ConformanceTarget withStreams(StreamOptions options) {
        return new ConformanceTarget(baseUrl, model, headers, options, patience);
    }

    /** The same with more or less patience. */
    public ConformanceTarget withPatience(Duration longest) {
        return new ConformanceTarget(baseUrl, model, headers, streams, longest);
    }

    /** Hides the headers: one of them may be a key. */
    @Override
    public String toString() {
        return model + " at " + baseUrl;
    }

    /**
     * What Open Responses leaves open is let pass: numbers need only grow, an item may start with more than its zero values, line
     * ends may be any, usage may be there early.
     */
    private static StreamOptions lenient() {
        return StreamOptions.strict()
                .withDone(StreamOptions.DoneMarker.REQUIRED)
                .tolerating(
                        Tolerance.ANY_FRAMING,
                        Tolerance.OTHER_LINES,
                        Tolerance.OPEN_ITEM_IN_FAILURE,
                        Tolerance.REPEATED_CALL_IDS)
                .withOptionalFields("logprobs", "name", "cache_write_tokens")
                .ignoring(StreamRule.G2, StreamRule.G11, StreamRule.G14);
    }

    private static String property(String name) {
        String value = System.getProperty(PROPERTY + name, "");
        if (value.isEmpty()) {
            throw new IllegalStateException("the system property " + PROPERTY + name + " is not set");
        }
        return value;
    }
}
