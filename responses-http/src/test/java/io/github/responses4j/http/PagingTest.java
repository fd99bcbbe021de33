package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading, listing and deleting what is stored. */
class PagingTest {
    private static final TestServer SERVER = TestServer.of(TestServer.saying("Hi"));
    private static String id;
    private static List<String> items;

    @BeforeAll
    static void aResponseWithFiveItemsIsStored() {
        List<String> messages = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            messages.add("{\"role\":\"user\",\"content\":\"number " + i + "\"}");
        }
        id = SERVER.post("{\"model\":\"m\",\"input\":" + messages + "}")
                .json()
                .get("id")
                .asText();
        items = ids(list("?order=asc"));
        assertThat(items).hasSize(5).doesNotHaveDuplicates();
    }

    @AfterAll
    static void close() {
        SERVER.close();
    }

    private static JsonNode list(String query) {
        Answer answer = SERVER.get("/v1/responses/" + id + "/input_items" + query);
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().get("object").asText()).isEqualTo("list");
        return answer.json();
    }

    private static List<String> ids(JsonNode list) {
        return StreamSupport.stream(list.get("data").spliterator(), false)
                .map(item -> item.get("id").asText())
                .toList();
    }

    @Test
    void anIdStandsForOneItem() {
        String item = "{\"role\":\"user\",\"content\":\"x\",\"id\":\"msg_a\"}";
        Answer answer =
                SERVER.post("{\"model\":\"m\",\"input\":[" + item + "," + item.replace("_a", "_b") + "," + item + "]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|invalid_value|input[2].id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "; 43210; false",
                "?order=desc; 43210; false",
                "?order=asc; 01234; false",
                "?limit=5; 43210; false",
                "?limit=2; 43; true",
                "?limit=2&order=asc; 01; true",
                "?limit=100; 43210; false",
                "?limit=; 43210; false",
                "?limit=1&after=$2; 1; true",
                "?after=$1; 0; false",
                "?after=$1&order=asc; 234; false",
                "?after=$0; ''; false",
                "?after=$4&order=asc; ''; false",
                "?include[]=message.input_image.image_url&include%5B%5D=x&limit=1; 4; true",
                "?beta=true&unheard=of; 43210; false"
            })
    void aPageIsWhatWasAskedFor(String query, String expected, boolean more) {
        String asked = query == null ? "" : query;
        for (int i = 0; i < 5; i++) {
            asked = asked.replace("$" + i, items.get(i));
        }
        JsonNode page = list(asked);

        List<String> wanted =
                expected.chars().mapToObj(digit -> items.get(digit - '0')).toList();
        assertThat(ids(page)).isEqualTo(wanted);
        assertThat(page.get("has_more").asBoolean()).isEqualTo(more);
        assertThat(page.get("first_id").asText()).isEqualTo(wanted.isEmpty() ? "null" : wanted.get(0));
        assertThat(page.get("last_id").asText()).isEqualTo(wanted.isEmpty() ? "null" : wanted.get(wanted.size() - 1));
    }

    @Test
    void pagesAddUpToTheWhole() {
        List<String> all = new ArrayList<>();
        JsonNode page = list("?limit=2");
        // As the Java client does: on until a page is empty.
        while (!page.get("data").isEmpty()) {
            all.addAll(ids(page));
            page = list("?limit=2&after=" + page.get("last_id").asText());
        }

        assertThat(all).containsExactly(items.get(4), items.get(3), items.get(2), items.get(1), items.get(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "?limit=0; integer_below_min_value; limit",
                "?limit=-1; integer_below_min_value; limit",
                "?limit=101; integer_above_max_value; limit",
                "?limit=99999999999999999999; invalid_type; limit",
                "?limit=1.5; invalid_type; limit",
                "?limit=ten; invalid_type; limit",
                "?order=up; invalid_value; order",
                "?order=ASC; invalid_value; order",
                "?after=msg_unknown; null; after",
                "?before=msg_1; unsupported_parameter; before",
                "?limit=%zz; null; null"
            })
    void whatCannotBeIsRefused(String query, String code, String param) {
        Answer answer = SERVER.get("/v1/responses/" + id + "/input_items" + query);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.errorSummary()).isEqualTo("invalid_request_error|" + code + "|" + param);
    }

    @Test
    void aStoredResponseIsReadAndDeletedOnce() {
        JsonNode created = SERVER.post("{\"model\":\"m\",\"input\":\"Hi\"}").json();
        String path = "/v1/responses/" + created.get("id").asText();

        assertThat(SERVER.get(path).json()).isEqualTo(created);
        assertThat(SERVER.get(path + "?stream=false&include[]=x").json()).isEqualTo(created);
        Answer deleted = Wire.ask(SERVER.port(), "DELETE", path, "");
        assertThat(deleted.status()).isEqualTo(200);
        assertThat(deleted.text())
                .isEqualTo("{\"id\":\"" + created.get("id").asText() + "\",\"object\":\"response\",\"deleted\":true}");
        assertThat(Wire.ask(SERVER.port(), "DELETE", path, "").status()).isEqualTo(404);
        assertThat(SERVER.get(path).status()).isEqualTo(404);
        assertThat(SERVER.get(path + "/input_items").status()).isEqualTo(404);
    }

    @Test
    void whatIsNotKeptIsNotFound() {
        Answer created = SERVER.post("{\"model\":\"m\",\"input\":\"Hi\",\"store\":false}");

        assertThat(created.status()).isEqualTo(200);
        assertThat(SERVER.get("/v1/responses/" + created.json().get("id").asText())
                        .status())
                .isEqualTo(404);
    }
}
