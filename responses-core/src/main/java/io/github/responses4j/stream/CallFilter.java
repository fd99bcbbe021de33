package io.github.responses4j.stream;

/** Decides which of the model's calls become part of a response. What it refuses is neither shown nor run. */
@FunctionalInterface
public interface CallFilter {
    /** Lets every call in. */
    CallFilter NONE = (name, earlier) -> true;

    /**
     * Whether a call becomes an item of the response.
     *
     * @param name the name of the tool that is called
     * @param earlier how many calls of this sample have been let in before
     */
    boolean admits(String name, int earlier);
}
