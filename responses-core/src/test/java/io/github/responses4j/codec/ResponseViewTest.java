package io.github.responses4j.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.event.DeltaEvent;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.event.ResponseEvent;
import io.github.responses4j.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponseViewTest {
    private static final ResponseView SHOWN = new ResponseView(Profile.DEFAULT, "clock"::equals);
    private static final ResponseView HIDDEN = new ResponseView(Profile.ELIXIR, "clock"::equals);

    private static final String HOSTED_CALL =
            "{'type':'function_call','id':'fc_0','call_id':'c0','name':'clock','arguments':'{}'}";
    private static final String HOSTED_OUTPUT =
            "{'type':'function_call_output','id':'fco_1','call_id':'c0','output':'noon'}";
    private static final String CALL =
            "{'type':'function_call','id':'fc_3','call_id':'c3','name':'other','arguments':'{}'}";
    private static final String MESSAGE = "{'type':'message','id':'msg_2','role':'assistant','content':[]}";

    /** A stream in which the engine runs a tool, the model speaks, and asks for a tool of the caller's. */
    private static final List<String> STREAM = List.of(
            "{'type':'response.created','sequence_number':0,'response':{'id':'r','output':[]}}",
            "{'type':'response.output_item.added','sequence_number':1,'output_index':0,'item':" + HOSTED_CALL + "}",
            "{'type':'response.function_call_arguments.delta','sequence_number':2,'item_id':'fc_0','output_index':0,'delta':'{}'}",
            "{'type':'response.function_call_arguments.done','sequence_number':3,'item_id':'fc_0','output_index':0,'arguments':'{}'}",
            "{'type':'response.output_item.done','sequence_number':4,'output_index':0,'item':" + HOSTED_CALL + "}",
            "{'type':'response.output_item.added','sequence_number':5,'output_index':1,'item':" + HOSTED_OUTPUT + "}",
            "{'type':'response.output_item.done','sequence_number':6,'output_index':1,'item':" + HOSTED_OUTPUT + "}",
            "{'type':'response.output_item.added','sequence_number':7,'output_index':2,'item':" + MESSAGE + "}",
            "{'type':'response.output_text.delta','sequence_number':8,'item_id':'msg_2','output_index':2,'content_index':0,"
                    + "'delta':'It is','logprobs':[]}",
            "{'type':'acme:note','sequence_number':9,'output_index':2}",
            "{'type':'response.output_item.added','sequence_number':10,'output_index':3,'item':" + CALL + "}",
            "{'type':'response.function_call_arguments.delta','sequence_number':11,'item_id':'fc_3','output_index':3,'delta':'{}'}",
            "{'type':'error','sequence_number':12,'message':'x'}",
            "{'type':'response.completed','sequence_number':13,'response':{'id':'r','output':[" + HOSTED_CALL + ","
                    + HOSTED_OUTPUT + "," + MESSAGE + "," + CALL + "]}}");

    private static final List<String> SEEN = List.of(
            "{'type':'response.created','sequence_number':0,'response':{'id':'r','output':[]}}",
            "{'type':'response.output_item.added','sequence_number':1,'output_index':0,'item':" + MESSAGE + "}",
            "{'type':'response.output_text.delta','sequence_number':2,'item_id':'msg_2','output_index':0,'content_index':0,"
                    + "'delta':'It is','logprobs':[]}",
            "{'type':'acme:note','sequence_number':3,'output_index':0}",
            "{'type':'response.output_item.added','sequence_number':4,'output_index':1,'item':" + CALL + "}",
            "{'type':'response.function_call_arguments.delta','sequence_number':5,'item_id':'fc_3','output_index':1,'delta':'{}'}",
            "{'type':'error','sequence_number':6,'message':'x'}",
            "{'type':'response.completed','sequence_number':7,'response':{'id':'r','output':[" + MESSAGE + "," + CALL
                    + "]}}");

    private static JsonObject json(String text) {
        return JsonObject.parse(text.replace('\'', '"'));
    }

    private static final class Recorder implements EventSink {
        final List<JsonObject> events = new ArrayList<>();
        int flushes;

        @Override
        public void accept(ResponseEvent event) {
            events.add(event.json());
        }

        @Override
        public void flush() {
            flushes++;
        }
    }

    private static void tell(EventSink sink) {
        STREAM.forEach(event -> sink.accept(EventReader.read(json(event))));
        sink.flush();
    }

    private static List<JsonObject> jsons(List<String> events) {
        return events.stream().map(ResponseViewTest::json).toList();
    }

    @Test
    void roundsOfHostedToolsAreShownOrHidden() {
        Recorder shown = new Recorder();
        assertThat(SHOWN.events(shown)).isSameAs(shown);
        tell(SHOWN.events(shown));
        Recorder hidden = new Recorder();
        tell(HIDDEN.events(hidden));
        assertThat(shown.events).isEqualTo(jsons(STREAM));
        assertThat(hidden.events).isEqualTo(jsons(SEEN));
        assertThat(hidden.flushes).isOne();
        assertThat(SHOWN.renumbers()).isFalse();
        assertThat(HIDDEN.renumbers()).isTrue();
    }

    @Test
    void aWholeResponseIsShownTheSameWay() {
        JsonObject whole = json(STREAM.get(13)).object("response");
        assertThat(SHOWN.response(whole)).isSameAs(whole);
        assertThat(HIDDEN.response(whole)).isEqualTo(json(SEEN.get(7)).object("response"));
        JsonObject plain = json("{'id':'r','output':[" + MESSAGE + "," + CALL + "]}");
        assertThat(HIDDEN.response(plain)).isSameAs(plain);
        assertThat(new ResponseView(Profile.ELIXIR, name -> false).response(whole))
                .isSameAs(whole);
    }

    @Test
    void aCallerThatWasAwayGoesOnAfterWhatItHasSeen() {
        for (int after = -1; after < SEEN.size(); after++) {
            Recorder hidden = new Recorder();
            tell(HIDDEN.eventsAfter(after, hidden));
            assertThat(hidden.events).isEqualTo(jsons(SEEN.subList(after + 1, SEEN.size())));
            assertThat(hidden.flushes).isOne();
            Recorder shown = new Recorder();
            tell(SHOWN.eventsAfter(after, shown));
            assertThat(shown.events).isEqualTo(jsons(STREAM.subList(after + 1, STREAM.size())));
        }
    }

    @Test
    void bothNamesOfTheTimeAreThereIfTheProfileSaysSo() {
        JsonObject response = json("{'id':'r','created_at':17,'model':'m'}");
        ResponseView bud = new ResponseView(Profile.BUD, name -> false);
        assertThat(bud.response(response).toAscii())
                .isEqualTo("{\"id\":\"r\",\"created_at\":17,\"created\":17,\"model\":\"m\"}");
        assertThat(SHOWN.response(response)).isSameAs(response);
        assertThat(bud.response(json("{'id':'r'}")).has("created")).isFalse();
    }

    private static List<String> written(EventWriter writer, String event) {
        WireBuffer out = new WireBuffer();
        writer.frame(EventReader.read(json(event)), out);
        return List.of(new String(out.toByteArray(), UTF_8).split("\n", -1));
    }

    @Test
    void lifecycleEventsAreWrappedOrFlatToo() {
        String created =
                "{'type':'response.created','sequence_number':0,'response':{'id':'r','status':'in_progress','created_at':17}}";
        String completed =
                "{'type':'response.completed','sequence_number':9,'response':{'id':'r','status':'completed','created_at':17}}";
        assertThat(written(new EventWriter(Profile.DEFAULT), created))
                .containsExactly("event: response.created", "data: " + created.replace('\'', '"'), "", "");
        assertThat(written(new EventWriter(Profile.ELIXIR), created))
                .containsExactly(
                        "event: response.created",
                        "data: "
                                + ("{'type':'response.created','sequence_number':0,'response':{'id':'r','status':'in_progress',"
                                                + "'created_at':17},'id':'r','status':'queued','created_at':17}")
                                        .replace('\'', '"'),
                        "",
                        "");
        assertThat(json(written(new EventWriter(Profile.ELIXIR), completed)
                        .get(1)
                        .substring(6)))
                .isEqualTo(json(
                        "{'type':'response.completed','sequence_number':9,'response':{'id':'r','status':'completed',"
                                + "'created_at':17},'id':'r','status':'completed','created_at':17}"));
        assertThat(json(written(new EventWriter(Profile.BUD), completed).get(1).substring(6)))
                .isEqualTo(json("{'type':'response.completed','sequence_number':9,'response':{'id':'r',"
                        + "'status':'completed','created_at':17,'created':17}}"));
    }

    @Test
    void deltasArePaddedIfTheCallerWants() {
        for (String delta : List.of("", "a", "It is noon.", "0123456789abcdef", "0123456789abcdefg", "é😀")) {
            String event =
                    "{\"type\":\"response.output_text.delta\",\"sequence_number\":8,\"item_id\":\"m\",\"output_index\":2,"
                            + "\"content_index\":0,\"delta\":\"" + delta + "\",\"logprobs\":[]}";
            for (String kind : List.of("response.output_text.delta", "acme:thing.delta")) {
                String one = event.replace("response.output_text.delta", kind);
                JsonObject padded = json(written(new EventWriter(Profile.DEFAULT, new Random(5)), one)
                        .get(1)
                        .substring(6));
                String padding = padded.string("obfuscation", "");
                assertThat(padding).matches("[a-zA-Z0-9]{1,16}");
                assertThat((padding.length() + delta.length()) % 16).isZero();
                assertThat(padded.without("obfuscation")).isEqualTo(json(one));
                assertThat(written(new EventWriter(Profile.DEFAULT), one).get(1))
                        .doesNotContain("obfuscation");
                assertThat(written(new EventWriter(Profile.DEFAULT, new Random(6)), one)
                                .get(1))
                        .doesNotContain(padding);
            }
        }
        assertThat(written(new EventWriter(Profile.DEFAULT, new Random(5)), STREAM.get(3))
                        .get(1))
                .doesNotContain("obfuscation");
        assertThat(EventReader.read(json(STREAM.get(2)))).isInstanceOf(DeltaEvent.class);
    }
}
