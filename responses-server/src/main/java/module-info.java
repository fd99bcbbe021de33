/** The standalone server: command line, configuration and everything wired. */
module io.github.responses4j.server {
    requires static transitive org.jspecify;
    requires io.github.responses4j.backends;
    requires io.github.responses4j.http;
    requires io.github.responses4j.store.jdbc;
    requires com.zaxxer.hikari;
    requires com.fasterxml.jackson.dataformat.yaml;
    requires info.picocli;
    requires org.slf4j;

    // The command line is filled by reflection.
    opens io.github.responses4j.server to
            info.picocli;
}
