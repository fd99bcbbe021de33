package io.github.responses4j.json;

/** A JSON value does not have the shape that its place asks for. */
public final class JsonShapeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** What is wrong with the value. */
    public enum Problem {
        /** It is not there. */
        MISSING,
        /** It is of another JSON type. */
        WRONG_TYPE,
        /** It is of the right type, but not one of the allowed values. */
        BAD_VALUE
    }

    private final String path;
    private final Problem problem;

    /**
     * Tells of a value.
     *
     * @param path where the value is, relative to the object that was read, such as {@code content[0].text}
     * @param problem what is wrong with it
     * @param message what was expected; repeats nothing of the value
     */
    public JsonShapeException(String path, Problem problem, String message) {
        super(message);
        this.path = path;
        this.problem = problem;
    }

    /** Where the value is, relative to the object that was read. */
    public String path() {
        return path;
    }

    /** What is wrong with the value. */
    public Problem problem() {
        return problem;
    }

    /** The same problem seen from an enclosing object, which holds this one at {@code prefix}. */
    public JsonShapeException within(String prefix) {
        return new JsonShapeException(prefix + "." + path, problem, String.valueOf(getMessage()));
    }
}
