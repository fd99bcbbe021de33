package io.github.responses4j.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds the backend for a model: the first pattern that matches wins. A pattern is a glob: {@code *} stands for anything, also for
 * nothing, every other character for itself. Immutable.
 */
public final class ModelRouter {
    private final List<Route> routes;

    private ModelRouter(List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** A router without routes. */
    public static ModelRouter empty() {
        return new ModelRouter(List.of());
    }

    /** This router with one more route behind the others. */
    public ModelRouter with(String pattern, Backend backend) {
        List<Route> more = new ArrayList<>(routes);
        more.add(new Route(pattern, glob(pattern), backend));
        return new ModelRouter(more);
    }

    /** The backend for a model, if there is one. */
    public Optional<Backend> find(String model) {
        return routes.stream()
                .filter(route -> route.matcher().matcher(model).matches())
                .map(Route::backend)
                .findFirst();
    }

    /** The routes, in order. */
    public List<Route> routes() {
        return routes;
    }

    /** The regular expression of a glob. */
    public static Pattern glob(String pattern) {
        StringBuilder regex = new StringBuilder();
        for (String literal : pattern.split("\\*", -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(literal));
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    /**
     * A pattern and its backend.
     *
     * @param pattern the glob as it was given
     * @param matcher the glob as a regular expression
     * @param backend what serves the models that match
     */
    public record Route(String pattern, Pattern matcher, Backend backend) {}
}
