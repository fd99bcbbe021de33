package io.github.responses4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** URLs of stores: who opens them is taken out, and what is shown of them holds no secret. */
class StoreSpecTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "jdbc:postgresql://h/d                              | jdbc:postgresql://h/d      | -    | -    | jdbc:postgresql://h/d",
                "jdbc:postgresql://h/d?user=u&password=p%26w&ssl=on | jdbc:postgresql://h/d?ssl=on | u  | p&w  | jdbc:postgresql://h/d",
                "jdbc:postgresql://h/d?password=p+w                 | jdbc:postgresql://h/d      | -    | p+w  | jdbc:postgresql://h/d",
                "jdbc:postgresql://u:p%40w@h:1/d                    | jdbc:postgresql://h:1/d    | u    | p@w  | jdbc:postgresql://h:1/d",
                "jdbc:mysql://u@h/d                                 | jdbc:mysql://h/d           | u    | -    | jdbc:mysql://h/d",
                "jdbc:mariadb://h/d?PASSWORD=x&a=1&b=2              | jdbc:mariadb://h/d?a=1&b=2 | -    | x    | jdbc:mariadb://h/d",
                "jdbc:h2:/a/b;USER=sa;PASSWORD=x y;CACHE_SIZE=1     | jdbc:h2:/a/b;CACHE_SIZE=1  | sa   | x y  | /a/b.mv.db",
                "jdbc:h2:file:./b                                   | jdbc:h2:file:./b           | -    | -    | ./b.mv.db",
                "jdbc:h2:mem:x;DB_CLOSE_DELAY=-1                    | jdbc:h2:mem:x;DB_CLOSE_DELAY=-1 | - | -  | jdbc:h2:mem:x",
                "jdbc:h2:tcp://h/d;USER=u                           | jdbc:h2:tcp://h/d          | u    | -    | jdbc:h2:tcp://h/d",
                "jdbc:sqlite:/a/b.db?cache_size=1                   | jdbc:sqlite:/a/b.db?cache_size=1 | - | - | /a/b.db",
                "jdbc:sqlite:file:/a/b.db                           | jdbc:sqlite:file:/a/b.db   | -    | -    | /a/b.db"
            })
    void whoOpensAStoreIsNoPartOfItsUrl(String text, String url, String user, String password, String shown) {
        StoreSpec spec = StoreSpec.parse(text);

        assertThat(spec.url()).isEqualTo(url);
        assertThat(spec.user()).isEqualTo(user);
        assertThat(spec.password()).isEqualTo(password);
        assertThat(spec).hasToString(shown);
    }

    @Test
    void aFileMayBeAtHome() {
        assertThat(StoreSpec.parse("jdbc:h2:~/x").file())
                .isEqualTo(Path.of(System.getProperty("user.home"), "x.mv.db"));
    }

    @Test
    void aUrlOfNoStoreIsNotRepeated() {
        assertThatThrownBy(() -> StoreSpec.parse("postgres://u:canary@h/d"))
                .isInstanceOf(BadSettingsException.class)
                .hasMessageNotContaining("canary");
    }
}
