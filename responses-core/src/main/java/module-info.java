/** The model, the state machine, the engine and its extension points. */
module io.github.responses4j.core {
    requires static transitive org.jspecify;
    requires transitive io.github.responses4j.store;
    requires transitive com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;
}
