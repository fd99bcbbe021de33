/** The model, the state machine, the engine and its extension points. */
module io.github.responses4j.core {
    requires static transitive org.jspecify;
    requires transitive io.github.responses4j.store;
    requires transitive com.fasterxml.jackson.databind;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;

    exports io.github.responses4j.json;
    exports io.github.responses4j.item;
    exports io.github.responses4j.tool;
    exports io.github.responses4j.response;
    exports io.github.responses4j.event;
    exports io.github.responses4j.codec;
    exports io.github.responses4j.backend;
    exports io.github.responses4j.stream;
    exports io.github.responses4j.engine;
}
