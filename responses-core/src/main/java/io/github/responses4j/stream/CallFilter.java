package io.github.responses4j.stream;

import org.jspecify.annotations.Nullable;

/** Decides which of the model's calls become part of a response. What it refuses is neither shown nor run. */
@FunctionalInterface
public interface CallFilter {
    /** Lets every call in. */
    CallFilter NONE = (name, namespace, earlier) -> true;

    /**
     * Whether a call becomes an item of the response.
     *
     * @param name the name of the tool that is called
     * @param namespace the namespace that the tool is called in; null for none
     * @param earlier how many calls of this sample have been let in before
     */
    boolean admits(String name, @Nullable String namespace, int earlier);
}
