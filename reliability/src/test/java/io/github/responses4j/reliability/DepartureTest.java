package io.github.responses4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** S7: a client of a foreground stream goes away, and takes the upstream with it. */
class DepartureTest {
    /** A second, and the time after which a silent stream shows that it lives. */
    private static final long ALLOWED_MILLIS = 16_000;

    private static String body(String script) {
        return Client.body(script, ",\"stream\":true").replace("\"m\"", "\"up\"");
    }

    private static void cancelled(Client client, String which) {
        Timing.until("it is kept as cancelled", () -> {
            JsonNode newest = client.send("GET", "/v1/responses?limit=1", "")
                    .json()
                    .path("data")
                    .path(0);
            return newest.path("status").asText().equals("cancelled");
        });
        Column.report("S7: the upstream was closed " + which);
    }

    @Test
    void s7_whoLeavesInTheMiddleOrBeforeTheFirstWordIsNotWorkedForAnyMore() throws IOException {
        String url = Database.H2.create();
        try (FakeUpstream upstream = new FakeUpstream();
                ServerProcess node = ServerProcess.start("db=" + url, "upstream=" + upstream.url())) {
            Client client = node.client();
            long[] left = new long[1];
            client.createStream(body("hold:3:a"), some -> {
                left[0] = System.nanoTime();
                return some.has("response.output_text.delta");
            });
            long waited = (upstream.await("hold:3:a").awaitHungUp() - left[0]) / 1_000_000;
            assertThat(waited).isLessThan(ALLOWED_MILLIS);
            cancelled(client, waited + " ms after its client had left in the middle");

            byte[] request = body("hold:0:b").getBytes(StandardCharsets.US_ASCII);
            FakeUpstream.Call call;
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), client.port())) {
                socket.getOutputStream()
                        .write(("POST /v1/responses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                        + "Content-Length: " + request.length + "\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(request);
                call = upstream.await("hold:0:b");
                call.awaitSpoken();
                left[0] = System.nanoTime();
            }
            waited = (call.awaitHungUp() - left[0]) / 1_000_000;
            assertThat(waited).isLessThan(ALLOWED_MILLIS);
            cancelled(client, waited + " ms after its client had left before the first word");
        }
    }
}
