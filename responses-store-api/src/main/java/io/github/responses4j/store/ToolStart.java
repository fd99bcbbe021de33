package io.github.responses4j.store;

/** What became of a {@link ResponseStore#toolStarted}. */
public enum ToolStart {
    /** The intent is committed; the tool may run. */
    STARTED,
    /** This call was started before; its outcome is not known, so it must not simply run again. */
    ALREADY_STARTED,
    /** The lease is not, or no longer, the current one, or the run has ended; the tool must not run. */
    FENCED
}
