package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What belongs to another tenant is to a caller as if it had never been: on every route, in every place where an id may stand. Whoever adds
 * a route adds a row.
 */
class TenantMatrixTest {
    private static final String MINE = "Authorization: Bearer key-a";
    private static final String THEIRS = "Authorization: Bearer key-b";
    private static final String ITEM = "{\"role\":\"user\",\"content\":\"Hi\"}";
    private static final TestServer SERVER = TestServer.of(
            TestServer.saying("Hi"),
            handler -> handler.apiKey("key-a", new Tenant("a")).apiKey("key-b", new Tenant("b")));

    /** The bodies with which a route is called; empty where it takes none. In them {@code $r}, {@code $c} and {@code $i} are ids. */
    private static final Map<String, List<String>> ROWS = new LinkedHashMap<>();

    /** What the ids name: a response, a conversation and an item in it. */
    private record Ids(String response, String conversation, String item) {
        String in(String text) {
            return text.replace("{response_id}", response)
                    .replace("{conversation_id}", conversation)
                    .replace("{item_id}", item)
                    .replace("$r", response)
                    .replace("$c", conversation)
                    .replace("$i", item);
        }

        /** An answer without the ids that it repeats. */
        String out(String text) {
            return text.replace(response, "$r").replace(conversation, "$c").replace(item, "$i");
        }
    }

    static {
        row("POST /v1/responses", """
                {"model":"m","input":"Hi","previous_response_id":"$r"}
                {"model":"m","input":"Hi","conversation":"$c"}
                {"model":"m","input":"Hi","conversation":{"id":"$c"}}
                {"model":"m","input":"Hi","conversation_id":"$c"}
                {"model":"m","input":[{"type":"item_reference","id":"$i"}]}
                {"model":"m","input":"Hi","stream":true,"previous_response_id":"$r"}
                {"model":"m","input":"Hi","background":true,"conversation":"$c"}""");
        row("GET /v1/responses", "");
        row("POST /v1/responses/input_tokens", """
                {"model":"m","input":"Hi","previous_response_id":"$r"}
                {"model":"m","input":"Hi","conversation":"$c"}
                {"model":"m","input":[{"type":"item_reference","id":"$i"}]}""");
        row("POST /v1/responses/compact", """
                {"model":"m","input":"Hi","previous_response_id":"$r"}
                {"model":"m","input":"Hi","conversation":"$c"}
                {"model":"m","input":[{"type":"item_reference","id":"$i"}]}""");
        row("GET /v1/responses/{response_id}", "");
        row("DELETE /v1/responses/{response_id}", "");
        row("POST /v1/responses/{response_id}/cancel", "");
        row("GET /v1/responses/{response_id}/input_items", "");
        row("POST /v1/conversations", "{\"items\":[{\"type\":\"item_reference\",\"id\":\"$i\"}]}");
        row("GET /v1/conversations/{conversation_id}", "");
        row("POST /v1/conversations/{conversation_id}", "{\"metadata\":{\"a\":\"b\"}}");
        row("DELETE /v1/conversations/{conversation_id}", "");
        row("GET /v1/conversations/{conversation_id}/items", "");
        row("POST /v1/conversations/{conversation_id}/items", """
                {"items":[{"role":"user","content":"Hi"}]}
                {"items":[{"type":"item_reference","id":"$i"}]}""");
        row("GET /v1/conversations/{conversation_id}/items/{item_id}", "");
        row("DELETE /v1/conversations/{conversation_id}/items/{item_id}", "");
        row("GET /v1/models", "");
        row("GET /v1/models/{model*}", "");
        row("GET /health", "");
        row("GET /healthz", "");
        row("GET /ready", "");
    }

    private static Ids theirs;
    private static List<Answer> theirsAtFirst;

    private static void row(String route, String bodies) {
        ROWS.put(route, List.of(bodies.split("\n", -1)));
    }

    private static String name(Route route) {
        return route.method() + " " + route.path();
    }

    static Stream<Route> routes() {
        return Route.TABLE.stream().filter(route -> !route.open());
    }

    @BeforeAll
    static void theOtherTenantHasSomething() {
        theirs = made(THEIRS);
        theirsAtFirst = seen(theirs, THEIRS);
    }

    @AfterAll
    static void theOtherTenantHasWhatItHad() {
        try {
            List<Answer> now = seen(theirs, THEIRS);
            for (int i = 0; i < now.size(); i++) {
                assertThat(now.get(i).status()).isEqualTo(200);
                assertThat(now.get(i).text()).isEqualTo(theirsAtFirst.get(i).text());
            }
        } finally {
            SERVER.close();
        }
    }

    private static Ids made(String key) {
        String response = id(SERVER.post("{\"model\":\"m\",\"input\":\"Hi\"}", key));
        String conversation = id(SERVER.ask("POST", "/v1/conversations", "{\"items\":[" + ITEM + "]}", key));
        Answer items = SERVER.get("/v1/conversations/" + conversation + "/items", key);
        return new Ids(response, conversation, items.json().get("first_id").asText());
    }

    private static String id(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json().get("id").asText();
    }

    private static List<Answer> seen(Ids ids, String key) {
        return List.of(
                SERVER.get("/v1/responses", key),
                SERVER.get("/v1/responses/" + ids.response(), key),
                SERVER.get("/v1/responses/" + ids.response() + "/input_items", key),
                SERVER.get("/v1/conversations/" + ids.conversation(), key),
                SERVER.get("/v1/conversations/" + ids.conversation() + "/items", key),
                SERVER.get("/v1/conversations/" + ids.conversation() + "/items/" + ids.item(), key));
    }

    private static Ids deleted() {
        Ids ids = made(MINE);
        assertThat(SERVER.ask("DELETE", "/v1/responses/" + ids.response(), "", MINE)
                        .status())
                .isEqualTo(200);
        assertThat(SERVER.ask("DELETE", "/v1/conversations/" + ids.conversation(), "", MINE)
                        .status())
                .isEqualTo(200);
        return ids;
    }

    private static String quoted(String id) {
        return '"' + id + '"';
    }

    /** Each id where the other kind belongs. */
    private static Ids swapped(Ids ids) {
        return new Ids(/* response= */ ids.conversation(), /* conversation= */ ids.response(), "item_x");
    }

    /** An answer as far as it does not differ from one request to the next: status, headers and body, without the ids asked for. */
    private static String told(Answer answer, Ids ids) {
        Map<String, String> headers = new TreeMap<>(answer.headers());
        headers.keySet().removeAll(List.of("date", "x-request-id", "openai-processing-ms", "content-length"));
        return answer.status() + " " + headers + " " + ids.out(answer.text());
    }

    @Test
    void everyRouteHasARow() {
        assertThat(Route.TABLE).extracting(TenantMatrixTest::name).containsExactlyInAnyOrderElementsOf(ROWS.keySet());
    }

    @ParameterizedTest
    @MethodSource("routes")
    void whatIsTheirsIsAsIfItHadNeverBeen(Route route) {
        Ids unknown = new Ids("resp_nobodys", "conv_nobodys", "msg_nobodys");
        List<Ids> absent = List.of(theirs, deleted(), swapped(theirs));
        for (String body : ROWS.get(name(route))) {
            boolean names = route.path().contains("_id}") || body.contains("$");
            for (String query : List.of("", "?stream=true", "?after=$i", "?scope=context")) {
                String path = route.path().replace("{model*}", "m") + query;
                String expected = told(SERVER.ask(route.method(), unknown.in(path), unknown.in(body), MINE), unknown);
                if (names) {
                    assertThat(expected).as(path + body).startsWith("4");
                }
                for (Ids ids : absent) {
                    Answer answer = SERVER.ask(route.method(), ids.in(path), ids.in(body), MINE);
                    if (names || query.contains("$")) {
                        assertThat(told(answer, ids)).as(path + body).isEqualTo(expected);
                    }
                    if (answer.status() == 200) {
                        assertThat(answer.text())
                                .doesNotContain(
                                        quoted(theirs.response()),
                                        quoted(theirs.conversation()),
                                        quoted(theirs.item()));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void whatIsMineIsThere(Route route) {
        for (String body : ROWS.get(name(route))) {
            Ids mine = made(MINE);
            // A reference to what the conversation has already is another matter.
            boolean again = route.path().endsWith("/items") && body.contains("$i");
            boolean cancel = route.path().endsWith("/cancel");
            Answer answer =
                    SERVER.ask(route.method(), mine.in(route.path().replace("{model*}", "*")), mine.in(body), MINE);
            if (!route.path().startsWith("/v1/models")) {
                assertThat(answer.status()).as(answer.text()).isEqualTo(again || cancel ? 400 : 200);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void noMethodTellsWhatIsTheirs(Route route) {
        Ids unknown = new Ids("resp_nobodys", "conv_nobodys", "msg_nobodys");
        String path = route.path().replace("{model*}", "m");
        for (String method : List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")) {
            if (path.contains("_id}")) {
                try (Wire mine = SERVER.connect();
                        Wire nobodys = SERVER.connect()) {
                    Answer theirAnswer = answer(mine.request(method, theirs.in(path), "", MINE), method);
                    Answer noAnswer = answer(nobodys.request(method, unknown.in(path), "", MINE), method);
                    assertThat(told(theirAnswer, theirs)).isEqualTo(told(noAnswer, unknown));
                }
            }
        }
    }

    private static Answer answer(Wire wire, String method) {
        return method.equals("HEAD") ? wire.head() : wire.answer();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%27%20OR%201%3D1--",
                "..",
                "%2e%2e%2f%2e%2e",
                "RESP_1",
                "resp_%00",
                "%E2%82%AC",
                "*",
                "%25",
                "x%0d%0aSet-Cookie:%20a=b",
                "null",
                "-1"
            })
    void aMalformedIdIsAnUnknownOne(String id) {
        List<Integer> statuses = new ArrayList<>();
        for (Route route : Route.TABLE) {
            if (route.path().contains("_id}")) {
                String body = ROWS.get(name(route)).get(0);
                Answer answer = SERVER.ask(
                        route.method(), route.path().replaceAll("\\{[a-z]+_id}", id.replace("$", "\\$")), body, MINE);
                statuses.add(answer.status());
                assertThat(answer.headers()).doesNotContainKey("set-cookie");
            }
        }
        assertThat(statuses)
                .isNotEmpty()
                .allSatisfy(status -> assertThat(status).isIn(400, 404));
    }

    @Test
    void aVeryLongIdIsAnUnknownOne() {
        String id = "resp_" + "x".repeat(2_000);
        for (Route route : Route.TABLE) {
            if (route.path().contains("_id}")) {
                Answer answer = SERVER.ask(
                        route.method(),
                        route.path().replaceAll("\\{[a-z]+_id}", id),
                        ROWS.get(name(route)).get(0),
                        MINE);
                assertThat(answer.status()).as(name(route)).isEqualTo(404);
            }
        }
    }

    @Test
    void aKeyOfTheirsIsAnUnusedOne() {
        String key = "Idempotency-Key: shared";
        String body = "{\"model\":\"m\",\"input\":\"theirs\"}";
        Answer their = SERVER.post(body, THEIRS, key);
        Answer same = SERVER.post(body, MINE, key);
        Answer unused = SERVER.post(body, MINE, "Idempotency-Key: unused");

        assertThat(same.status()).isEqualTo(200);
        assertThat(same.json().get("id")).isNotEqualTo(their.json().get("id"));
        assertThat(same.headers().keySet()).isEqualTo(unused.headers().keySet());
        // The other way round: what is theirs they keep.
        assertThat(SERVER.post(body, THEIRS, key).json()).isEqualTo(their.json());
        theirsAtFirst = seen(theirs, THEIRS);
    }
}
