package io.github.responses4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.backend.TokenCounter;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.tool.Tool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old turns give way, whole, and no more of them than must. */
class ContextWindowTest {
    /** Every item has ten tokens, and one for each character of its text. */
    private static final TokenCounter COUNTER = new TokenCounter() {
        @Override
        public long text(String model, String text) {
            return text.length();
        }

        @Override
        public long item(String model, Item item) {
            return 10L + (item instanceof Message message ? message.text().length() : 0);
        }

        @Override
        public long tool(String model, Tool tool) {
            return 100;
        }
    };

    private static ContextWindow window(long size, boolean auto) {
        return new ContextWindow(new Meter(COUNTER, "m"), OptionalLong.of(size), auto);
    }

    private static Item item(String json) {
        return Item.of(JsonObject.parse(json.replace('\'', '"')));
    }

    private static Item call(String id) {
        return item("{'type':'function_call','call_id':'" + id + "','name':'f','arguments':'{}'}");
    }

    private static Item output(String id) {
        return item("{'type':'function_call_output','call_id':'" + id + "','output':'ok'}");
    }

    private static final Item REASONING = item("{'type':'reasoning','id':'rs','summary':[]}");

    private static List<Item> fit(long size, Item... context) {
        return window(size, true).fit(0, List.of(context), 0).context();
    }

    @Test
    void whatFitsStays() {
        Item one = Message.user("one");
        Item two = Message.user("two");
        assertThat(fit(26, one, two)).containsExactly(one, two);
        assertThat(fit(25, one, two)).containsExactly(two);
        assertThat(window(26, false).fit(0, List.of(one, two), 0).context()).containsExactly(one, two);
        assertThatThrownBy(() -> window(25, false).fit(0, List.of(one, two), 0))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("context_length_exceeded");
                    assertThat(e.param()).isEqualTo("input");
                    assertThat(e.text())
                            .isEqualTo("Your input exceeds the context window of this model. Please adjust your input "
                                    + "and try again.");
                });
        // What is shown beside the context takes room too.
        assertThat(window(26, true).fit(1, List.of(one, two), 0).context()).containsExactly(two);
    }

    @Test
    void theNewestTurnNeverGoes() {
        Item one = Message.user("one");
        Item two = Message.user("two");
        Item answer = Message.assistant("2");
        assertThat(fit(24, one, two, answer)).containsExactly(two, answer);
        assertThatThrownBy(() -> fit(23, one, two, answer)).isInstanceOf(InvalidRequestException.class);
        // Without a message of the user's there is one turn.
        assertThatThrownBy(() -> fit(10, answer, answer)).isInstanceOf(InvalidRequestException.class);
        assertThat(window(1, true).shortened(0, List.of(one, two, answer), 0).context())
                .containsExactly(two, answer);
    }

    @Test
    void standingOrdersStayWhereverTheyAre() {
        Item system = Message.system("s");
        Item developer = Message.developer("d");
        Item one = Message.user("one");
        Item two = Message.user("two");
        assertThat(fit(40, system, one, developer, two)).containsExactly(system, developer, two);
        assertThatThrownBy(() -> fit(34, system, one, developer, two)).isInstanceOf(InvalidRequestException.class);
        assertThat(fit(24, system, one)).containsExactly(system, one);
    }

    @Test
    void whatComesBeforeTheFirstMessageIsATurn() {
        Item answer = Message.assistant("a");
        Item one = Message.user("one");
        Item two = Message.user("two");
        assertThat(fit(26, answer, one, two)).containsExactly(one, two);
    }

    @Test
    void aCallIsNeverWithoutItsOutput() {
        Item one = Message.user("1");
        Item two = Message.user("2");
        Item three = Message.user("3");
        assertThat(fit(45, one, REASONING, call("c"), output("c"), two, three)).containsExactly(two, three);
        // The output comes a turn later: both turns go together.
        assertThat(fit(52, one, call("c"), two, output("c"), three)).containsExactly(three);
        assertThat(fit(53, one, call("c"), two, output("c"), three)).hasSize(5);
        // It comes in the newest turn, which never goes.
        assertThatThrownBy(() -> fit(41, one, call("c"), two, output("c"))).isInstanceOf(InvalidRequestException.class);
        // Ids that come again belong to the last call of that name.
        assertThat(fit(35, one, call("c"), output("c"), two, call("c"), output("c")))
                .containsExactly(two, call("c"), output("c"));
    }

    @Test
    void whatWaitsForApprovalIsNeverWithoutItsQuestion() {
        Item one = Message.user("1");
        Item two = Message.user("2");
        Item question =
                item("{'type':'mcp_approval_request','id':'mcpr_1','server_label':'s','name':'t','arguments':'{}'}");
        Item answer = item("{'type':'mcp_approval_response','approval_request_id':'mcpr_1','approve':true}");
        assertThatThrownBy(() -> fit(41, one, question, two, answer)).isInstanceOf(InvalidRequestException.class);
        assertThat(fit(42, one, question, two, answer)).hasSize(4);
        Item shell = item("{'type':'local_shell_call','id':'sh_1','call_id':'x','status':'completed','action':{}}");
        for (String names : List.of("'id':'sh_1'", "'call_id':'sh_1','id':'out_1'", "'call_id':'x'")) {
            Item ran = item("{'type':'local_shell_call_output'," + names + ",'output':'ok'}");
            assertThatThrownBy(() -> fit(41, one, shell, two, ran)).isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void whatTheModelRefusedGoesThoughItSeemsToFit() {
        List<Item> context = List.of(Message.user("1"), Message.user("2"), Message.user("3"));
        ContextWindow.Fit one = window(1000, true).fit(0, context, 1);
        assertThat(one.context()).isEqualTo(context.subList(1, 3));
        assertThat(one.dropped()).isEqualTo(1);
        assertThat(one.more()).isTrue();
        ContextWindow.Fit two = window(1000, true).fit(0, context, 2);
        assertThat(two.context()).isEqualTo(context.subList(2, 3));
        assertThat(two.more()).isFalse();
        assertThat(window(1000, true).fit(0, context, 9)).isEqualTo(two);
        ContextWindow unknown = new ContextWindow(new Meter(COUNTER, "m"), OptionalLong.empty(), true);
        assertThat(unknown.fit(0, context, 0)).isEqualTo(new ContextWindow.Fit(context, 0, true));
        assertThat(unknown.fit(0, context, 1)).isEqualTo(one);
        assertThat(unknown.fit(0, List.of(), 0).more()).isFalse();
        assertThat(new ContextWindow(new Meter(COUNTER, "m"), OptionalLong.empty(), false)
                        .fit(0, context, 0)
                        .more())
                .isFalse();
    }

    /** A subsequence, whole pairs, within the window, and with one turn more it would not be. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void anyHistoryIsCutWhereItMustBe(long seed) {
        Random random = new Random(seed);
        int cut = 0;
        for (int round = 0; round < 200; round++) {
            List<Item> context = history(random);
            long total = new Meter(COUNTER, "m").items(context);
            long size = 1L + random.nextInt((int) total + 20);
            ContextWindow window = window(size, true);
            ContextWindow.Fit fit = window.shortened(0, context, 0);
            long left = window.meter().items(fit.context());
            Turns turns = Turns.of(context);

            assertThat(isSubsequence(fit.context(), context)).isTrue();
            assertThat(pairs(fit.context())).isEqualTo(true);
            assertThat(fit.context())
                    .containsAll(context.stream().filter(Turns::isOrders).toList());
            assertThat(fit.context()).contains(context.get(context.size() - 1));
            if (left > size) {
                assertThat(fit.dropped()).isEqualTo(turns.count() - 1);
                assertThatThrownBy(() -> window.fit(0, context, 0)).isInstanceOf(InvalidRequestException.class);
            } else {
                assertThat(window.fit(0, context, 0)).isEqualTo(fit);
            }
            if (fit.dropped() > 0) {
                cut++;
                assertThat(window.meter().items(turns.without(fit.dropped() - 1)))
                        .isGreaterThan(size);
            } else {
                assertThat(fit.context()).isEqualTo(context);
            }
        }
        assertThat(cut).isGreaterThan(50);
    }

    private static List<Item> history(Random random) {
        List<Item> items = new ArrayList<>();
        List<String> open = new ArrayList<>();
        int calls = 0;
        int length = 1 + random.nextInt(40);
        for (int i = 0; i < length; i++) {
            switch (random.nextInt(8)) {
                case 0 -> items.add(Message.system("s" + i));
                case 1, 2 -> items.add(Message.user("u".repeat(1 + random.nextInt(30))));
                case 3 -> items.add(REASONING);
                case 4 -> {
                    open.add("c" + calls);
                    items.add(call("c" + calls++));
                }
                case 5 -> {
                    if (!open.isEmpty()) {
                        items.add(output(open.remove(random.nextInt(open.size()))));
                    }
                }
                default -> items.add(Message.assistant("a".repeat(random.nextInt(30))));
            }
        }
        open.forEach(id -> items.add(output(id)));
        items.add(Message.user("end " + random.nextInt()));
        return items;
    }

    private static boolean isSubsequence(List<Item> part, List<Item> whole) {
        int found = 0;
        for (Item item : whole) {
            if (found < part.size() && part.get(found).equals(item)) {
                found++;
            }
        }
        return found == part.size();
    }

    private static boolean pairs(List<Item> items) {
        Map<String, Integer> count = new HashMap<>();
        for (Item item : items) {
            String id = item.json().string("call_id");
            if (id != null) {
                count.merge(id, 1, Integer::sum);
            }
        }
        return count.values().stream().allMatch(number -> number == 2);
    }
}
