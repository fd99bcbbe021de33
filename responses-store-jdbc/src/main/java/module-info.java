/** The store on relational databases, over any {@link javax.sql.DataSource}. */
module io.github.responses4j.store.jdbc {
    requires static transitive org.jspecify;
    requires transitive io.github.responses4j.store;
    requires transitive java.sql;

    exports io.github.responses4j.store.jdbc;
}
