package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The example with two nodes does what its page says, and prints what its page shows. */
class TwoNodesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SHOWN =
            Pattern.compile("<!-- examples/two-nodes\\.sh -->\\n```text\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern TAKEN_OVER =
            Pattern.compile("1\\. Node A is killed.*?, after ([0-9]+) s", Pattern.DOTALL);

    /** The lease that a node has unless it is told another one. */
    private static final int LEASE_SECONDS = 30;

    @Test
    void theExampleShowsWhatItsPageShows() throws Exception {
        Path printed = Column.folder("two-nodes").resolve("out.txt");
        ProcessBuilder example = new ProcessBuilder(
                        ROOT.resolve("examples/two-nodes.sh").toString())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        example.environment().keySet().removeIf(name -> name.startsWith("RESPONSES_"));
        // Slowly enough that a busy machine tells a node to stop, or kills it, while the model speaks.
        example.environment().put("SPEAK", "1000");
        example.environment().put("STORE", Database.POSTGRES.create());
        example.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = example.start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            // It ends what it has started.
            process.destroy();
        }
        String out = Files.readString(printed);

        assertThat(process.exitValue()).as(out).isZero();
        assertThat(comparable(out)).isEqualTo(comparable(shown()));
        Matcher takenOver = TAKEN_OVER.matcher(out);
        assertThat(takenOver.find()).isTrue();
        assertThat(Integer.parseInt(takenOver.group(1)))
                .as("the lease of the example counts")
                .isLessThan(LEASE_SECONDS);
    }

    /** Without what differs from run to run: addresses, names, numbers of events, seconds, how many words were told before the end. */
    private static String comparable(String text) {
        return text.replaceAll("resp_[0-9a-f]+", "resp_")
                .replaceAll("is failed: .*", "is failed")
                .replaceAll("[0-9]+", "0");
    }

    private static String shown() throws IOException {
        Matcher shown = SHOWN.matcher(Files.readString(ROOT.resolve("docs/two-nodes.md")));
        assertThat(shown.find()).isTrue();
        return shown.group(1);
    }
}
