package io.github.responses4j.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be asked for.
 *
 * @param method the HTTP method
 * @param path the path; {@code {…}} stands for one segment, {@code {…*}} for all that is left
 * @param open whether it needs no key
 * @param endpoint what answers
 */
record Route(String method, String path, boolean open, Endpoint endpoint) {
    /** Everything that the server answers. The id of a response or conversation is always the first variable. */
    static final List<Route> TABLE = List.of(
            new Route(
                    "POST",
                    "/v1/responses",
                    false,
                    (endpoints, exchange) -> endpoints.creation().create(exchange)),
            new Route(
                    "GET",
                    "/v1/responses",
                    false,
                    (endpoints, exchange) -> endpoints.responses().list(exchange)),
            new Route(
                    "POST",
                    "/v1/responses/input_tokens",
                    false,
                    (endpoints, exchange) -> endpoints.contexts().countTokens(exchange)),
            new Route(
                    "POST",
                    "/v1/responses/compact",
                    false,
                    (endpoints, exchange) -> endpoints.contexts().compact(exchange)),
            new Route(
                    "GET",
                    "/v1/responses/{response_id}",
                    false,
                    (endpoints, exchange) -> endpoints.responses().retrieve(exchange)),
            new Route(
                    "DELETE",
                    "/v1/responses/{response_id}",
                    false,
                    (endpoints, exchange) -> endpoints.responses().delete(exchange)),
            new Route(
                    "POST",
                    "/v1/responses/{response_id}/cancel",
                    false,
                    (endpoints, exchange) -> endpoints.responses().cancel(exchange)),
            new Route(
                    "GET",
                    "/v1/responses/{response_id}/input_items",
                    false,
                    (endpoints, exchange) -> endpoints.responses().inputItems(exchange)),
            new Route(
                    "POST",
                    "/v1/conversations",
                    false,
                    (endpoints, exchange) -> endpoints.conversations().create(exchange)),
            new Route(
                    "GET",
                    "/v1/conversations/{conversation_id}",
                    false,
                    (endpoints, exchange) -> endpoints.conversations().retrieve(exchange)),
            new Route(
                    "POST",
                    "/v1/conversations/{conversation_id}",
                    false,
                    (endpoints, exchange) -> endpoints.conversations().update(exchange)),
            new Route(
                    "DELETE",
                    "/v1/conversations/{conversation_id}",
                    false,
                    (endpoints, exchange) -> endpoints.conversations().delete(exchange)),
            new Route(
                    "GET",
                    "/v1/conversations/{conversation_id}/items",
                    false,
                    (endpoints, exchange) -> endpoints.conversations().items(exchange)),
            new Route(
                    "POST",
                    "/v1/conversations/{conversation_id}/items",
                    false,
                    (endpoints, exchange) -> endpoints.conversations().addItems(exchange)),
            new Route(
                    "GET",
                    "/v1/conversations/{conversation_id}/items/{item_id}",
                    false,
                    (endpoints, exchange) -> endpoints.conversations().item(exchange)),
            new Route(
                    "DELETE",
                    "/v1/conversations/{conversation_id}/items/{item_id}",
                    false,
                    (endpoints, exchange) -> endpoints.conversations().deleteItem(exchange)),
            new Route("GET", "/v1/models", false, Endpoints::models),
            new Route("GET", "/v1/models/{model*}", false, Endpoints::model),
            new Route("GET", "/health", true, Endpoints::health),
            new Route("GET", "/healthz", true, Endpoints::health),
            new Route("GET", "/ready", true, Endpoints::ready));

    /** The routes of a path, whatever their method; empty if the path is unknown. */
    static List<Route> of(String path) {
        return TABLE.stream().filter(route -> route.arguments(path) != null).toList();
    }

    /** The methods of some routes, as the header {@code Allow} lists them. */
    static String allow(List<Route> routes) {
        Set<String> methods = routes.stream().map(Route::method).collect(Collectors.toCollection(TreeSet::new));
        if (methods.contains("GET")) {
            methods.add("HEAD");
        }
        methods.add("OPTIONS");
        return String.join(", ", methods);
    }

    /** Whether this route answers a method. A HEAD is a GET whose body is not sent. */
    boolean answers(String asked) {
        return method.equals(asked) || method.equals("GET") && asked.equals("HEAD");
    }

    /** What a path has in place of the variables; null if it is not a path of this route. */
    @Nullable
    List<String> arguments(String asked) {
        String[] mine = path.split("/", -1);
        String[] theirs = asked.split("/", -1);
        List<String> arguments = new ArrayList<>();
        for (int i = 0; i < mine.length; i++) {
            if (i >= theirs.length) {
                return null;
            }
            if (mine[i].endsWith("*}")) {
                String rest = decode(String.join("/", List.of(theirs).subList(i, theirs.length)));
                return rest == null || rest.isEmpty() ? null : append(arguments, rest);
            }
            if (mine[i].startsWith("{")) {
                String value = decode(theirs[i]);
                if (value == null || value.isEmpty()) {
                    return null;
                }
                arguments.add(value);
            } else if (!mine[i].equals(theirs[i])) {
                return null;
            }
        }
        return mine.length == theirs.length ? arguments : null;
    }

    private static List<String> append(List<String> list, String last) {
        list.add(last);
        return list;
    }

    private static @Nullable String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Answers a request. */
    @FunctionalInterface
    interface Endpoint {
        void answer(Endpoints endpoints, Exchange exchange);
    }
}
