package io.github.responses4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.backend.StopReason;
import io.github.responses4j.item.Item;
import io.github.responses4j.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Where a run goes on that somebody else has begun. */
class StandingTest {
    private static final Item REASONING = item("{'type':'reasoning','id':'rs_1','summary':[]}");
    private static final Item CALL = call("c1");
    private static final Item OTHER_CALL = call("c2");
    private static final Item OUTPUT = item("{'type':'function_call_output','call_id':'c1','output':'4'}");
    private static final Item MESSAGE = message("completed");

    private static Item item(String json) {
        return Item.of(JsonObject.parse(json.replace('\'', '"')));
    }

    private static Item call(String id) {
        return item("{'type':'function_call','id':'fc_" + id + "','call_id':'" + id
                + "','name':'f','arguments':'{}','status':'completed'}");
    }

    private static Item message(String status) {
        return item("{'type':'message','id':'msg_1','role':'assistant','status':'" + status
                + "','content':[{'type':'output_text','text':'a','annotations':[]}]}");
    }

    @Test
    void withoutOutputItBeginsAtTheStart() {
        assertThat(Standing.of(List.of())).isEqualTo(new Standing(List.of(), null, 0));
    }

    @Test
    void callsWithoutOutputAreMade() {
        Standing standing = Standing.of(List.of(REASONING, CALL, OTHER_CALL, OUTPUT));
        assertThat(standing.known()).containsExactly(REASONING, CALL, OUTPUT);
        assertThat(standing.said().items()).containsExactly(OTHER_CALL);
        assertThat(standing.said().reason()).isEqualTo(StopReason.TOOL_CALLS);
        assertThat(standing.answered()).isEqualTo(1);
    }

    @Test
    void whenAllCallsAreAnsweredTheModelIsAskedAgain() {
        assertThat(Standing.of(List.of(CALL, OUTPUT))).isEqualTo(new Standing(List.of(CALL, OUTPUT), null, 1));
        assertThat(Standing.of(List.of(REASONING))).isEqualTo(new Standing(List.of(REASONING), null, 0));
    }

    @Test
    void anAnswerIsTheEnd() {
        Standing standing = Standing.of(List.of(CALL, OUTPUT, MESSAGE));
        assertThat(standing.said().items()).containsExactly(MESSAGE);
        assertThat(standing.said().reason()).isEqualTo(StopReason.DONE);
        Standing cut = Standing.of(List.of(message("incomplete")));
        assertThat(cut.said().reason()).isEqualTo(StopReason.MAX_OUTPUT_TOKENS);
    }

    @Test
    void aMessageBeforeACallIsNotTheEnd() {
        Standing standing = Standing.of(List.of(MESSAGE, CALL));
        assertThat(standing.known()).containsExactly(MESSAGE);
        assertThat(standing.said().items()).containsExactly(CALL);
    }
}
