package io.github.responses4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every example runs and prints what its page says. */
class ExamplesTest {
    @Test
    void hello() {
        assertThat(printed(() -> HelloMain.main(new String[0]))).containsExactly("Your name is Alice.");
    }

    @Test
    void stream() {
        assertThat(printed(() -> StreamMain.main(new String[0])))
                .containsExactly("The capital of Norway is Oslo.", "completed");
    }

    @Test
    void background() {
        assertThat(printed(() -> BackgroundMain.main(new String[0])))
                .containsExactly("queued", "The capital of Norway is Oslo.", "response.completed");
    }

    @Test
    void toolLoop() {
        List<String> lines = printed(() -> ToolLoopMain.main(new String[0]));
        assertThat(lines).startsWith("function_call", "function_call_output", "message");
        assertThat(lines.get(3)).contains("4 °C and rain in Oslo");
    }

    @Test
    void clientTool() {
        List<String> lines = printed(() -> ClientToolMain.main(new String[0]));
        assertThat(lines.get(0)).isEqualTo("called get_time");
        assertThat(lines.get(1)).contains("12:30");
    }

    @Test
    void context() {
        assertThat(printed(() -> ContextMain.main(new String[0]))).containsExactly("8 tokens", "Your name is Alice.");
    }

    @Test
    void embeddedServer() {
        List<String> lines = printed(() -> EmbeddedServerMain.main(new String[0]));
        assertThat(lines).hasSize(1);
        assertThat(lines.get(0)).contains("The capital of Germany is Berlin.");
    }

    @Test
    void socket() {
        List<String> lines = printed(() -> SocketMain.main(new String[0]));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo("The capital of Norway is Oslo.");
        assertThat(lines.get(1)).contains("8");
    }

    private interface Program {
        void run() throws Exception;
    }

    private static List<String> printed(Program program) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
