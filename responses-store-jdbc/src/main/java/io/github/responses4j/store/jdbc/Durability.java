package io.github.responses4j.store.jdbc;

/** What a commit is worth. */
public enum Durability {
    /**
     * What is committed survives the end of the process at any moment. A database whose settings do not give that is refused.
     * H2 does not promise it for a loss of power; the others do as far as their disks do.
     */
    STRICT,
    /** The settings of the database are left as they are: the newest commits may be lost. */
    RELAXED
}
