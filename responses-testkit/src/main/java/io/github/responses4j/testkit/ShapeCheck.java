package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What a value must be. */
interface ShapeCheck {
    /**
     * Looks at a value.
     *
     * @param path how it is reached, for messages
     * @param problems what is wrong is added here
     */
    void check(String path, JsonNode value, List<String> problems);
}
