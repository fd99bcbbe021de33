package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.responses4j.codec.Profile;
import io.github.responses4j.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations over HTTP. */
class ConversationsTest {
    private static final String PATH = "/v1/conversations";
    private static final TestServer SERVER = TestServer.of(TestServer.saying("Hello."));

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static JsonNode json(String text) {
        return Json.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode created(String body) {
        Answer answer = SERVER.ask("POST", PATH, body.replace('\'', '"'));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    private static String path(String body) {
        return PATH + "/" + created(body).get("id").asText();
    }

    private static JsonNode ok(String method, String path, String body) {
        Answer answer = SERVER.ask(method, path, body.replace('\'', '"'));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.header("content-type")).isEqualTo("application/json");
        return answer.json();
    }

    private static List<String> ids(JsonNode list) {
        return StreamSupport.stream(list.get("data").spliterator(), false)
                .map(item -> item.get("id").asText())
                .toList();
    }

    private static String message(String id, String text) {
        return "{'type':'message','id':'" + id + "','role':'user','content':'" + text + "'}";
    }

    private static String listed(String id, String text) {
        return "{'type':'message','id':'" + id + "','role':'user','status':'completed',"
                + "'content':[{'type':'input_text','text':'" + text + "'}]}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{'items':null,'metadata':null}", "{'items':[]}"})
    void aConversationMayBeginWithNothing(String body) {
        JsonNode conversation = created(body);

        String id = conversation.get("id").asText();
        assertThat(id).startsWith("conv_");
        assertThat(conversation)
                .isEqualTo(json("{'id':'" + id + "','object':'conversation','created_at':1700000000,'metadata':{}}"));
        assertThat(ok("GET", PATH + "/" + id, "")).isEqualTo(conversation);
        assertThat(ok("GET", PATH + "/" + id + "/items", ""))
                .isEqualTo(json("{'object':'list','data':[],'first_id':null,'last_id':null,'has_more':false}"));
    }

    @Test
    void createsWithoutAContentType() {
        try (Wire wire = SERVER.connect()) {
            wire.send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            assertThat(wire.answer().status()).isEqualTo(200);
        }
    }

    @Test
    void metadataIsKeptReplacedAndCleared() {
        JsonNode conversation = created("{'metadata':{'team':'a','topic':'x'}}");
        String path = PATH + "/" + conversation.get("id").asText();

        assertThat(conversation.get("metadata")).isEqualTo(json("{'team':'a','topic':'x'}"));
        assertThat(ok("POST", path, "{'metadata':{'team':'b'}}").get("metadata"))
                .isEqualTo(json("{'team':'b'}"));
        assertThat(ok("GET", path, "").get("metadata")).isEqualTo(json("{'team':'b'}"));
        assertThat(ok("POST", path, "{'metadata':null}").get("metadata")).isEqualTo(json("{}"));
    }

    @Test
    void aDeletedConversationIsGone() {
        JsonNode conversation = created("{'items':[" + message("msg_gone", "Hi") + "]}");
        String id = conversation.get("id").asText();
        String path = PATH + "/" + id;

        assertThat(ok("DELETE", path, ""))
                .isEqualTo(json("{'id':'" + id + "','object':'conversation.deleted','deleted':true}"));
        String error = "{'error':{'message':'Conversation with id \\u0027" + id
                + "\\u0027 not found.','type':'invalid_request_error','param':null,'code':null}}";
        for (String[] call : new String[][] {
            {"GET", "", ""},
            {"POST", "", "{'metadata':{}}"},
            {"DELETE", "", ""},
            {"GET", "/items", ""},
            {"POST", "/items", "{'items':[" + message("msg_x", "Hi") + "]}"},
            {"GET", "/items/msg_gone", ""},
            {"DELETE", "/items/msg_gone", ""}
        }) {
            Answer answer = SERVER.ask(call[0], path + call[1], call[2].replace('\'', '"'));
            assertThat(answer.status()).as(call[0] + call[1]).isEqualTo(404);
            assertThat(answer.json()).isEqualTo(json(error));
        }
    }

    @Test
    void itemsAreAddedReadAndTakenAway() {
        String path = path("{'items':[" + message("msg_a", "first") + "]}");

        JsonNode added = ok(
                "POST",
                path + "/items?include[]=message.output_text.logprobs",
                "{'items':[" + message("msg_b", "second") + "," + message("msg_c", "third") + "]}");
        assertThat(added)
                .isEqualTo(json("{'object':'list','data':[" + listed("msg_b", "second") + ","
                        + listed("msg_c", "third")
                        + "],'first_id':'msg_b','last_id':'msg_c','has_more':false}"));
        assertThat(ok("GET", path + "/items/msg_b", "")).isEqualTo(json(listed("msg_b", "second")));
        assertThat(ids(ok("GET", path + "/items", ""))).containsExactly("msg_c", "msg_b", "msg_a");
        assertThat(ids(ok("GET", path + "/items?order=asc&limit=2", ""))).containsExactly("msg_a", "msg_b");
        JsonNode conversation = ok("DELETE", path + "/items/msg_b", "");
        assertThat(conversation).isEqualTo(ok("GET", path, ""));
        assertThat(ids(ok("GET", path + "/items?order=asc", ""))).containsExactly("msg_a", "msg_c");
        Answer gone = SERVER.get(path + "/items/msg_b");
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.json().get("error").get("message").asText()).isEqualTo("Item with id 'msg_b' not found.");
    }

    @Test
    void pagesAddUpToTheWholeWhateverThePagerLooksAt() {
        List<String> wanted = new ArrayList<>();
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            wanted.add(0, "msg_p" + i);
            items.add(message("msg_p" + i, "number " + i));
        }
        String path = path("{'items':[" + String.join(",", items) + "]}") + "/items?limit=7";
        List<String> all = new ArrayList<>();
        JsonNode page = ok("GET", path, "");
        while (!page.get("data").isEmpty()) {
            all.addAll(ids(page));
            page = ok("GET", path + "&after=" + page.get("last_id").asText(), "");
        }

        assertThat(all).isEqualTo(wanted);
        assertThat(page).isEqualTo(json("{'object':'list','data':[],'first_id':null,'last_id':null,'has_more':false}"));
    }

    @Test
    void anItemWithoutIdGetsOneAndOneInADialectBecomesStandard() {
        String path = path("{'items':[{'role':'user','content':[{'type':'text','text':'Hi'}]}]}");

        JsonNode item = ok("GET", path + "/items", "").get("data").get(0);
        assertThat(item).isEqualTo(json(listed(item.get("id").asText(), "Hi")));
        assertThat(item.get("id").asText()).startsWith("msg_");
    }

    @Test
    void aReferenceBecomesWhatItNames() {
        path("{'items':[" + message("msg_named", "Remember me") + "]}");
        String path = path("{'items':[{'type':'item_reference','id':'msg_named'}]}");

        assertThat(ok("GET", path + "/items/msg_named", "")).isEqualTo(json(listed("msg_named", "Remember me")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "POST; ; {'items':'x'}; invalid_type; items",
                "POST; ; {'items':[1]}; invalid_type; items[0]",
                "POST; ; {'items':[{'type':'message','role':'user'}]}; missing_required_parameter; items[0].content",
                "POST; ; {'items':[{'type':'item_reference','id':'msg_nobody'}]}; null; items[0].id",
                "POST; ; {'items':[$a,$a]}; invalid_value; items[1].id",
                "POST; ; {'items':[$21]}; array_above_max_length; items",
                "POST; ; {'metadata':[]}; invalid_type; metadata",
                "POST; ; {'metadata':{'a':1}}; invalid_type; metadata.a",
                "POST; ; {'metadata':{$17}}; object_above_max_properties; metadata",
                "POST; ; {'metadata':{'$k':'v'}}; string_above_max_length; metadata",
                "POST; ; {'metadata':{'k':'$v'}}; string_above_max_length; metadata.k",
                "POST; ; []; invalid_type; null",
                "POST; ; {; invalid_json; null",
                "POST; /$c; {}; missing_required_parameter; metadata",
                "POST; /$c; {'metadata':'x'}; invalid_type; metadata",
                "POST; /$c/items; {}; missing_required_parameter; items",
                "POST; /$c/items; {'items':null}; invalid_type; items",
                "POST; /$c/items; {'items':[]}; empty_array; items",
                "POST; /$c/items; {'items':[$b,$a]}; invalid_value; items[1].id",
                "POST; /$c/items; {'items':[$21]}; array_above_max_length; items",
                "GET; /$c/items?limit=0; ''; integer_below_min_value; limit",
                "GET; /$c/items?limit=101; ''; integer_above_max_value; limit",
                "GET; /$c/items?order=up; ''; invalid_value; order",
                "GET; /$c/items?after=msg_nobody; ''; null; after"
            })
    void whatCannotBeIsRefused(String method, String path, String body, String code, String param) {
        String id =
                created("{'items':[" + message("msg_a", "Hi") + "]}").get("id").asText();
        List<String> many = new ArrayList<>();
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            many.add("{'role':'user','content':'x'}");
            if (i < 17) {
                pairs.add("'k" + i + "':'v'");
            }
        }
        String sent = body.replace("$21", String.join(",", many))
                .replace("$17", String.join(",", pairs))
                .replace("$a", message("msg_a", "Hi"))
                .replace("$b", message("msg_b", "Hi"))
                .replace("$k", "k".repeat(65))
                .replace("$v", "v".repeat(513));
        String where = PATH + (path == null ? "" : path.replace("$c", id));
        Answer answer = SERVER.ask(method, where, method.equals("GET") ? "" : sent.replace('\'', '"'));

        assertThat(answer.status()).as(answer.text()).isEqualTo(400);
        assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|" + code + "|" + param);
        assertThat(ids(ok("GET", PATH + "/" + id + "/items", ""))).containsExactly("msg_a");
    }

    @Test
    void aTurnJoinsTheConversation() {
        String id = created("{'items':[" + message("msg_before", "My name is Alice.") + "]}")
                .get("id")
                .asText();
        JsonNode response = SERVER.post("{\"model\":\"m\",\"input\":\"Hi\",\"conversation\":\"" + id + "\"}")
                .json();

        assertThat(response.get("conversation")).isEqualTo(json("{'id':'" + id + "'}"));
        JsonNode items = ok("GET", PATH + "/" + id + "/items?order=asc", "");
        assertThat(items.get("data")).hasSize(3);
        assertThat(items.get("data").get(0).get("id").asText()).isEqualTo("msg_before");
        assertThat(items.get("data").get(1).get("content").get(0).get("text").asText())
                .isEqualTo("Hi");
        assertThat(items.get("data").get(2)).isEqualTo(response.get("output").get(0));
    }

    @Test
    void aConversationThatARunHoldsIsNotChanged() throws Exception {
        Paused model = new Paused();
        try (TestServer server = TestServer.of(model);
                Wire running = server.connect()) {
            String id = server.ask(
                            "POST",
                            PATH,
                            "{\"items\":[" + message("msg_a", "Hi").replace('\'', '"') + "]}")
                    .json()
                    .get("id")
                    .asText();
            String turn = "{\"model\":\"m\",\"input\":\"Hi\",\"conversation\":{\"id\":\"" + id + "\"}}";
            running.request("POST", "/v1/responses", turn);
            StreamTest.await(model.started);

            String items = PATH + "/" + id + "/items";
            List<Answer> refused = List.of(
                    server.post(turn),
                    server.ask(
                            "POST",
                            items,
                            "{\"items\":[" + message("msg_b", "Hi").replace('\'', '"') + "]}"),
                    server.ask("DELETE", items + "/msg_a", ""));
            for (Answer answer : refused) {
                assertThat(answer.status()).isEqualTo(400);
                assertThat(answer.json())
                        .isEqualTo(json("{'error':{'message':'Another process is currently operating on this"
                                + " conversation. Please retry in a few seconds.','type':'invalid_request_error',"
                                + "'param':'conversation','code':'conversation_locked'}}"));
            }
            // What is noted on it is no part of it.
            assertThat(server.ask("POST", PATH + "/" + id, "{\"metadata\":{\"a\":\"b\"}}")
                            .status())
                    .isEqualTo(200);
            model.goOn();
            assertThat(running.answer().status()).isEqualTo(200);
            assertThat(server.ask("DELETE", items + "/msg_a", "").status()).isEqualTo(200);
        }
    }

    @Test
    void anUnknownConversationIsRefusedOrMadeAsTheProfileSays() {
        String turn = "{\"model\":\"m\",\"input\":\"Hi\",\"conversation\":\"conv_grouped\"}";
        Profile making =
                Profile.DEFAULT.toBuilder().createUnknownConversations(true).build();
        try (TestServer server = TestServer.of(TestServer.saying("Hi"), handler -> handler.profile(making))) {
            assertThat(server.post(turn, "X-Responses-Profile: default").status())
                    .isEqualTo(404);
            assertThat(server.post(turn).status()).isEqualTo(200);
            assertThat(server.get(PATH + "/conv_grouped/items").json().get("data"))
                    .hasSize(2);
        }
    }

    @Test
    void whatIsRefusedOrOnlyCountedMakesNoConversation() {
        String turn = "{\"model\":\"m\",\"input\":%s,\"conversation\":\"conv_new\"%s}";
        String alephAlpha = "X-Responses-Profile: aleph-alpha";
        try (TestServer server = TestServer.of(TestServer.saying("Hi"))) {
            String unanswered = "[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":\"x\"}]";
            assertThat(server.post(turn.formatted(unanswered, ""), alephAlpha).status())
                    .isEqualTo(400);
            assertThat(server.ask("POST", "/v1/responses/input_tokens", turn.formatted("\"Hi\"", ""), alephAlpha)
                            .status())
                    .isEqualTo(200);
            assertThat(server.post(turn.formatted("\"Hi\"", ",\"store\":false"), alephAlpha)
                            .status())
                    .isEqualTo(200);
            assertThat(server.get(PATH + "/conv_new").status()).isEqualTo(404);

            assertThat(server.post(turn.formatted("\"Hi\"", ""), alephAlpha).status())
                    .isEqualTo(200);
            assertThat(server.get(PATH + "/conv_new").status()).isEqualTo(200);
        }
    }

    @Test
    void aStrictProfileKnowsItsMembers() {
        Answer answer = SERVER.ask("POST", PATH, "{\"name\":\"x\"}", "X-Responses-Profile: default+strict");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|unknown_parameter|name");
        assertThat(SERVER.ask("POST", PATH, "{\"name\":\"x\"}").status()).isEqualTo(200);
    }
}
