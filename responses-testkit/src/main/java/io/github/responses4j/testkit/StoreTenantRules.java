package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.IdempotencyKey;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.store.ToolStart;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Rule S3, tenants, and rule S8, text. */
abstract class StoreTenantRules extends StoreConversationRules {
    /** Texts that a database mangles, or takes for one another, unless it is told not to. */
    private static final List<String> NASTY = List.of(
            "x",
            "X",
            "x ",
            " x",
            "x\0",
            "\0",
            "x\0y",
            "?",
            "\ufffd",
            "\ud800",
            "\ud801",
            "\udc00",
            "x\ud83d",
            "\ud83d\ude00",
            "\ud83d\ude01",
            "\u00e9",
            "e\u0301",
            "\u00df",
            "ss",
            "\u0131",
            "\uffff",
            "'; drop table response; --",
            "%",
            "_",
            "*",
            "\\",
            "\"",
            "\r\n",
            "\u2028");

    /** Each method that takes a tenant, a key or a lease, asked about one response of one tenant. */
    private static Map<String, BiFunction<ResponseStore, ResponseKey, Object>> questions() {
        Map<String, BiFunction<ResponseStore, ResponseKey, Object>> questions = new LinkedHashMap<>();
        questions.put("find", (s, key) -> s.find(key.tenant(), key.id()));
        questions.put("chain", (s, key) -> s.chain(key.tenant(), key.id()));
        questions.put("lineage", (s, key) -> s.lineage(key.tenant(), key.id()));
        questions.put(
                "underKey",
                (s, key) -> s.underKey(
                        key.tenant(), new IdempotencyKey(keyOf(key.id().value()), "hash")));
        questions.put("tail", (s, key) -> s.tail(key.tenant(), key.id(), -1, 10));
        questions.put("changed", (s, key) -> s.changed(List.of(key)));
        questions.put("inputItems", (s, key) -> s.inputItems(key.tenant(), key.id(), new PageQuery("in_1", 1, true)));
        questions.put("items", (s, key) -> s.items(key.tenant(), List.of("in_" + key.id())));
        questions.put(
                "responses",
                (s, key) -> refusable(
                        key,
                        () -> s.responses(key.tenant(), new PageQuery(key.id().value(), 1, true))));
        questions.put("append", (s, key) -> s.append(lease(key), more(-1, 1)));
        questions.put("renew", (s, key) -> s.renew(List.of(lease(key)), LEASE));
        questions.put("toolStarted", (s, key) -> s.toolStarted(lease(key), "call", "hash"));
        questions.put("cancel", (s, key) -> s.cancel(key.tenant(), key.id()));
        questions.put("delete", (s, key) -> s.delete(key.tenant(), key.id()));
        questions.put(
                "restore", (s, key) -> List.of(s.restore(key.tenant(), key.id()), s.delete(key.tenant(), key.id())));
        questions.put("create", (s, key) -> {
            Draft child = draft("child").tenant(key.tenant()).previous(key.id().value());
            return refusable(key, () -> s.create(child.build()));
        });
        return questions;
    }

    /** The idempotency key of a response in these tests, whatever its id is. */
    private static String keyOf(String id) {
        return "key " + id.hashCode();
    }

    private static Object refusable(ResponseKey key, Supplier<Object> question) {
        try {
            return question.get();
        } catch (IllegalArgumentException refused) {
            // The message may name the id that was asked for, and nothing else.
            return String.valueOf(refused.getMessage()).replace(key.id().value(), "ID");
        }
    }

    /** What may be asked of a conversation; every one has an item {@code item_1} and no other. */
    private static Map<String, BiFunction<ResponseStore, ConversationKey, Object>> conversationQuestions() {
        Map<String, BiFunction<ResponseStore, ConversationKey, Object>> questions = new LinkedHashMap<>();
        PageQuery page = new PageQuery("item_1", 1, true);
        questions.put("conversation", (s, key) -> s.conversation(key.tenant(), key.id()));
        questions.put("conversationContent", (s, key) -> s.conversationContent(key.tenant(), key.id()));
        questions.put("conversationItems", (s, key) -> s.conversationItems(key.tenant(), key.id(), page));
        questions.put("conversationItem", (s, key) -> s.conversationItem(key.tenant(), key.id(), "item_1"));
        questions.put("updateConversation", (s, key) -> s.updateConversation(key.tenant(), key.id(), "{}"));
        questions.put(
                "addConversationItems", (s, key) -> s.addConversationItems(key.tenant(), key.id(), items("item_2")));
        questions.put("deleteConversationItem", (s, key) -> s.deleteConversationItem(key.tenant(), key.id(), "item_1"));
        questions.put("deleteConversation", (s, key) -> s.deleteConversation(key.tenant(), key.id()));
        questions.put(
                "create",
                (s, key) -> s.create(draft("turn_" + key.id())
                                .tenant(key.tenant())
                                .conversation(key.id().value())
                                .build())
                        .outcome());
        return questions;
    }

    private record ConversationKey(Tenant tenant, ConversationId id) {}

    private static Lease lease(ResponseKey key) {
        return new Lease(key.tenant(), key.id(), NODE, 1);
    }

    @Test
    void required_S3_theQuestionsCoverEveryMethod() {
        Set<String> methods = new TreeSet<>();
        for (Method method : ResponseStore.class.getDeclaredMethods()) {
            if (Modifier.isAbstract(method.getModifiers())) {
                methods.add(method.getName());
            }
        }
        // These take no tenant, or make something of a tenant's own.
        methods.removeAll(
                Set.of("durable", "claim", "reap", "sweep", "usage", "healthy", "close", "createConversation"));
        Set<String> asked = new TreeSet<>(questions().keySet());
        asked.addAll(conversationQuestions().keySet());

        assertThat(asked).isEqualTo(methods);
    }

    @Test
    void required_S3_anotherTenantsResponseIsAnsweredLikeAnUnknownOne() {
        running(draft("resp_a").input(items("in_1", "in_resp_a")).key(keyOf("resp_a"), "hash"));
        StoredResponse before = found("resp_a");

        questions().forEach((name, question) -> {
            Object unknown = question.apply(store, new ResponseKey(OTHER, UNKNOWN));
            Object foreign = question.apply(store, new ResponseKey(OTHER, id("resp_a")));
            assertThat(foreign).as(name).isEqualTo(unknown);
            assertThat(found("resp_a")).as("after " + name).isEqualTo(before);
        });

        // The owner gets another answer each time, so the questions are good ones.
        questions().forEach((name, question) -> {
            if (name.equals("create") || name.equals("responses")) {
                assertThat(question.apply(store, key("resp_a"))).as(name).isNotInstanceOf(String.class);
                return;
            }
            String own = "own_" + name;
            running(draft(own).input(items("in_1", "in_" + own)).key(keyOf(own), "hash"));
            Object unknown = question.apply(store, new ResponseKey(TENANT, UNKNOWN));
            assertThat(question.apply(store, key(own))).as(name).isNotEqualTo(unknown);
        });
    }

    @Test
    void required_S3_anotherTenantsConversationIsAnsweredLikeAnUnknownOne() {
        conversation("conv", "item_1");
        StoredConversation before = store.conversation(TENANT, conv("conv")).orElseThrow();
        ConversationKey unknown = new ConversationKey(OTHER, conv("unknown"));
        ConversationKey foreign = new ConversationKey(OTHER, conv("conv"));

        conversationQuestions().forEach((name, question) -> {
            assertThat(question.apply(store, foreign)).as(name).isEqualTo(question.apply(store, unknown));
            assertThat(store.conversation(TENANT, conv("conv")))
                    .as("after " + name)
                    .contains(before);
            assertThat(content("conv").items()).as("after " + name).isEqualTo(items("item_1"));
        });

        // The owner gets another answer each time, so the questions are good ones.
        conversationQuestions().forEach((name, question) -> {
            conversation("own_" + name, "item_1");
            Object own = question.apply(store, new ConversationKey(TENANT, conv("own_" + name)));
            assertThat(own).as(name).isNotEqualTo(question.apply(store, new ConversationKey(TENANT, unknown.id())));
        });
    }

    @Test
    void required_S3_listsAndLookUpsStayWithinTheTenant() {
        completed(draft("a").input(items("in_1")));
        completed(draft("b").tenant(OTHER).input(List.of(new StoredItem("in_1", "{\"of\":\"b\"}"))));
        conversation("conv", "item_1");
        store.createConversation(
                new NewConversation(OTHER, conv("conv"), "{}", List.of(new StoredItem("item_1", "{\"of\":\"b\"}"))));

        assertThat(store.responses(TENANT, PageQuery.first())).isEqualTo(new Page<>(List.of(found("a")), false));
        assertThat(store.items(TENANT, List.of("in_1", "item_1")))
                .isEqualTo(Map.of("in_1", item("in_1"), "item_1", item("item_1")));
        store.delete(TENANT, id("a"));
        store.deleteConversation(TENANT, conv("conv"));
        assertThat(store.responses(TENANT, PageQuery.first())).isEqualTo(new Page<>(List.of(), false));
        assertThat(store.items(TENANT, List.of("in_1", "item_1"))).isEmpty();
        assertThat(store.items(OTHER, List.of("in_1", "item_1"))).hasSize(2);
        assertThat(store.conversation(OTHER, conv("conv"))).isPresent();
    }

    @Test
    void required_S3_twoTenantsMayUseTheSameId() {
        Lease first = running(draft("a").document("{\"of\":\"a\"}"));
        Lease second = running(draft("a").document("{\"of\":\"b\"}").tenant(OTHER));

        assertThat(store.append(first, end(-1, ResponseStatus.COMPLETED))).isEqualTo(Append.Result.OK);
        assertThat(store.delete(TENANT, id("a"))).isTrue();

        assertThat(store.find(OTHER, id("a")).map(StoredResponse::document)).contains("{\"of\":\"b\"}");
        assertThat(store.append(second, more(-1, 1))).isEqualTo(Append.Result.OK);
    }

    @Test
    void required_S3_anotherTenantsResponseIsNotContinued() {
        completed("a");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> create(draft("b").previous("a").tenant(OTHER)));
        assertThat(store.find(OTHER, id("b"))).isEmpty();
    }

    @Test
    void required_S8_namesAreComparedExactly() {
        for (String name : NASTY) {
            assertThat(store.find(TENANT, id(name))).isEmpty();
            assertThat(store.find(new Tenant(name), id("a"))).isEmpty();
            running(draft(name).document(document(name)));
            running(draft("a").tenant(new Tenant(name)).document(document(name)));
        }
        for (String name : NASTY) {
            assertThat(found(name).id()).isEqualTo(id(name));
            assertThat(found(name).document()).isEqualTo(document(name));
            assertThat(store.find(new Tenant(name), id("a")).map(StoredResponse::document))
                    .contains(document(name));
            assertThat(store.delete(TENANT, id(name))).isTrue();
            assertThat(store.find(TENANT, id(name))).isEmpty();
        }
    }

    private static String document(String name) {
        return "{\"name\":\"" + escaped(name) + "\"}";
    }

    @Test
    void required_S8_conversationsKeysAndCallsAreComparedExactly() {
        Lease lease = running("tools");
        for (String name : NASTY) {
            running(draft("conversation_" + escaped(name)).conversation(name));
            running(draft("key_" + escaped(name)).key(name, name));
            assertThat(store.toolStarted(lease, name, name)).isEqualTo(ToolStart.STARTED);
        }
        for (String name : NASTY) {
            ResponseId first = id("key_" + escaped(name));
            assertThat(found("conversation_" + escaped(name)).conversation()).hasToString(name);
            assertThat(create(draft("b").conversation(name)).lease()).isNull();
            assertThat(create(draft("b").key(name, name)).existing()).isEqualTo(first);
            assertThat(create(draft("b").key(name, name + "\0")).existing()).isNull();
            assertThat(store.toolStarted(lease, name, name)).isEqualTo(ToolStart.ALREADY_STARTED);
        }
    }

    @Test
    void required_S8_itemIdsAreComparedExactly() {
        List<StoredItem> items =
                NASTY.stream().map(name -> new StoredItem(name, document(name))).toList();
        running(draft("a").input(items));

        for (int n = 0; n < items.size(); n++) {
            PageQuery query = new PageQuery(NASTY.get(n), PageQuery.MAX_LIMIT, false);
            assertThat(store.inputItems(TENANT, id("a"), query).orElseThrow().data())
                    .isEqualTo(items.subList(n + 1, items.size()));
            assertThat(store.items(TENANT, List.of(NASTY.get(n)))).isEqualTo(Map.of(NASTY.get(n), items.get(n)));
        }
        store.delete(TENANT, id("a"));
        conversation("conv");
        for (StoredItem item : items) {
            assertThat(store.conversationItem(TENANT, conv("conv"), item.id())).isEmpty();
            assertThat(store.addConversationItems(TENANT, conv("conv"), List.of(item)))
                    .isEqualTo(ConversationChange.DONE);
            assertThat(store.conversationItem(TENANT, conv("conv"), item.id())).contains(item);
        }
        assertThat(content("conv").items()).isEqualTo(items);
    }

    @Test
    void required_S8_jsonTextComesBackExactly() {
        StringBuilder every = new StringBuilder("{ \"t\" :\t\"");
        for (int unit = 0; unit <= Character.MAX_VALUE; unit++) {
            every.append(escaped(String.valueOf((char) unit)));
        }
        every.append("\", \"n\": 1.00e+2, \"n\": -0, \"last\": null }\n ");
        List<String> texts = List.of(
                every.toString(),
                "\"" + "0123456789abcdef".repeat(1 << 16) + "\"",
                "{\"t\":\"\\u0000\\ud800\\udc00\\ud83d\\ude00\\udfff\\u00E9\\/\"}",
                "",
                " ");
        for (int n = 0; n < texts.size(); n++) {
            jsonTextComesBack("a" + n, texts.get(n));
        }
    }

    private void jsonTextComesBack(String name, String text) {
        List<StoredItem> in = List.of(new StoredItem("in_" + name, text));
        List<StoredItem> out = List.of(new StoredItem("out_" + name, text));
        List<StoredEvent> log = List.of(new StoredEvent(0, text));
        Lease lease = running(draft(name).document(text).request(text).input(in));
        assertThat(found(name).document().equals(text)).isTrue();

        Append last = new Append(-1, log, out, new Append.Terminal(ResponseStatus.COMPLETED, text, false));
        assertThat(store.append(lease, last)).isEqualTo(Append.Result.OK);

        // Compared by equals first: a message that shows two texts of a megabyte helps nobody.
        StoredResponse response = found(name);
        assertThat(response.document().equals(text)).as("document").isTrue();
        assertThat(response.request().equals(text)).as("request").isTrue();
        assertThat(response.input().equals(in)).as("input").isTrue();
        assertThat(response.output().equals(out)).as("output").isTrue();
        assertThat(store.tail(TENANT, id(name), -1, 1).map(Tail::events).equals(Optional.of(log)))
                .as("log")
                .isTrue();
        assertThat(store.chain(TENANT, id(name)).equals(Optional.of(chain(response))))
                .as("chain")
                .isTrue();
    }

    /** Text as the inside of an ASCII-escaped JSON string. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int n = 0; n < text.length(); n++) {
            char unit = text.charAt(n);
            if (unit < ' ' || unit > '~' || unit == '"' || unit == '\\') {
                escaped.append(String.format("\\u%04x", (int) unit));
            } else {
                escaped.append(unit);
            }
        }
        return escaped.toString();
    }
}
