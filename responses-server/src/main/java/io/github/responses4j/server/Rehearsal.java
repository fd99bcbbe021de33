package io.github.responses4j.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * A server that answers itself once and stops. It is run after a build so that the JVM can keep the classes of a start in an
 * archive; a later start takes about half the time with it.
 */
final class Rehearsal {
    private static final int OK = 200;

    private Rehearsal() {}

    /**
     * Runs the rehearsal; its end is normal only if everything worked.
     *
     * @param args not looked at
     * @throws IOException if the server does not answer
     */
    public static void main(String[] args) throws IOException {
        Arguments arguments = new Arguments();
        CommandLine line = arguments.commandLine();
        Path data = Files.createTempDirectory("responses-rehearsal");
        try {
            line.parseArgs("--port", "0", "--data", data.toString());
            try (Running running = Running.start(SettingsReader.read(arguments, Map.of()))) {
                ask(running, "false");
                ask(running, "true");
                System.out.println(running.readyLine() + running.storeLine());
            }
        } finally {
            remove(data);
        }
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static void ask(Running running, String stream) throws IOException {
        String body = "{\"model\":\"demo\",\"input\":\"What is the capital of France?\",\"stream\":" + stream + "}";
        URI uri = URI.create("http://127.0.0.1:" + running.port() + "/v1/responses");
        HttpURLConnection call = (HttpURLConnection) uri.toURL().openConnection();
        call.setRequestProperty("Content-Type", "application/json");
        call.setDoOutput(true);
        try (OutputStream out = call.getOutputStream()) {
            out.write(body.getBytes(UTF_8));
        }
        try (InputStream in = call.getInputStream()) {
            in.readAllBytes();
        }
        if (call.getResponseCode() != OK) {
            throw new IOException("the server answers with " + call.getResponseCode());
        }
    }
}
