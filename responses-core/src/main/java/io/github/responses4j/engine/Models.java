package io.github.responses4j.engine;

import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.ModelRouter;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks backends for their models; one that cannot tell does not keep the others from being listed. */
final class Models {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    private Models() {}

    static List<String> of(ModelRouter.Route route) {
        try {
            return route.backend().models().stream()
                    .filter(model -> route.matcher().matcher(model).matches())
                    .toList();
        } catch (BackendException e) {
            LOG.warn("the backend for '{}' does not tell its models: {}", route.pattern(), e.text());
            return List.of();
        }
    }
}
