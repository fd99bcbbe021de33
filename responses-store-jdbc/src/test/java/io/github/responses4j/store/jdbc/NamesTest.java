package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamesTest {
    @Test
    void everyNameComesBackAndDifferentOnesStayDifferent() {
        Set<String> columns = new HashSet<>();
        int names = 0;
        for (int unit = 0; unit <= Character.MAX_VALUE; unit++) {
            String character = String.valueOf((char) unit);
            for (String name : new String[] {character, "resp_" + character, character + "x"}) {
                String column = Names.encode(name);
                columns.add(column);
                names++;
                assertThat(Names.decode(column)).isEqualTo(name);
                assertThat(column).matches("[!-~]+");
            }
        }
        assertThat(columns).hasSize(names);
    }

    @Test
    void anOrdinaryNameIsItself() {
        assertThat(Names.encode("resp_0123abc-XYZ")).isEqualTo("resp_0123abc-XYZ");
    }

    @Test
    void aHashTellsTextsApartThatUtf8DoesNot() {
        assertThat(Names.hash("\ud800")).isNotEqualTo(Names.hash("\ud801")).hasSize(64);
    }
}
