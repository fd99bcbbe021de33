package io.github.responses4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Chain;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.NodeId;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Retention;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.StoredTurn;
import io.github.responses4j.store.Tenant;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of {@link ResponseStoreContract} have in common: one fresh store each, and words for its states. */
abstract class StoreFixture {
    static final Tenant TENANT = new Tenant("tenant_a");
    static final Tenant OTHER = new Tenant("tenant_b");
    static final NodeId NODE = new NodeId("node_1");
    static final NodeId OTHER_NODE = new NodeId("node_2");
    static final Duration LEASE = Duration.ofSeconds(30);
    static final ResponseId UNKNOWN = new ResponseId("resp_unknown");
    static final String FINAL = "{\"status\":\"final\"}";

    /** The time that the store is given. */
    protected final SettableClock clock = new SettableClock();

    /** The store under test. */
    protected ResponseStore store;

    /**
     * A new, empty store; closed after the test.
     *
     * @param clock the store's only source of time
     * @param retention how long it keeps responses
     */
    protected abstract ResponseStore newStore(Clock clock, Retention retention);

    @BeforeEach
    final void openStore() {
        store = newStore(clock, Retention.DEFAULT);
    }

    /** Goes on with another store, empty again. */
    void openStore(Retention retention) {
        store.close();
        store = newStore(clock, retention);
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    static ResponseId id(String value) {
        return new ResponseId(value);
    }

    static ResponseKey key(String id) {
        return new ResponseKey(TENANT, id(id));
    }

    static ConversationId conv(String value) {
        return new ConversationId(value);
    }

    static StoredItem item(String id) {
        return new StoredItem(id, "{\"id\":\"" + id + "\"}");
    }

    static List<StoredItem> items(String... ids) {
        return List.of(ids).stream().map(StoreFixture::item).toList();
    }

    /** Items {@code item_from} … {@code item_(to − 1)}. */
    static List<StoredItem> items(int from, int to) {
        return IntStream.range(from, to).mapToObj(n -> item("item_" + n)).toList();
    }

    /** The events with the numbers {@code from} … {@code to − 1}. */
    static List<StoredEvent> events(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(seq -> new StoredEvent(seq, "{\"sequence_number\":" + seq + "}"))
                .toList();
    }

    /** An append of {@code count} events after {@code last}. */
    static Append more(long last, int count) {
        return new Append(last, events(last + 1, last + 1 + count), List.of(), null);
    }

    /** An append of one event after {@code last} that ends the run. */
    static Append end(long last, ResponseStatus status) {
        return new Append(last, events(last + 1, last + 2), List.of(), new Append.Terminal(status, FINAL, false));
    }

    static Draft draft(String id) {
        return new Draft(id);
    }

    /** Creates a response; the conversation that it names is made first if there is none. */
    Created create(Draft draft) {
        NewResponse response = draft.build();
        ConversationTurn turn = response.conversation();
        if (turn != null && store.conversation(response.tenant(), turn.id()).isEmpty()) {
            try {
                store.createConversation(new NewConversation(response.tenant(), turn.id(), "{}", List.of()));
            } catch (IllegalArgumentException madeMeanwhile) {
                assertThat(store.conversation(response.tenant(), turn.id())).isPresent();
            }
        }
        return store.create(response);
    }

    /** Creates a response in progress. */
    Lease running(Draft draft) {
        Created created = create(draft);
        assertThat(created.outcome()).isEqualTo(Created.Outcome.CREATED);
        return Objects.requireNonNull(created.lease(), "a foreground response has a lease");
    }

    Lease running(String id) {
        return running(draft(id));
    }

    /** Creates a response for workers. */
    void queued(Draft draft) {
        assertThat(create(draft.background())).isEqualTo(new Created(Created.Outcome.CREATED, null, null));
    }

    void queued(String id) {
        queued(draft(id));
    }

    /** Takes the only response that can be claimed. */
    Claim claimOnly(NodeId node) {
        List<Claim> claims = store.claim(node, 10, LEASE);
        assertThat(claims).hasSize(1);
        return claims.get(0);
    }

    /** Creates a response that has ended with one event. */
    void completed(Draft draft) {
        assertThat(store.append(running(draft), end(-1, ResponseStatus.COMPLETED)))
                .isEqualTo(Append.Result.OK);
    }

    void completed(String id) {
        completed(draft(id));
    }

    StoredResponse found(String id) {
        return store.find(TENANT, id(id)).orElseThrow(() -> new AssertionError("no response " + id));
    }

    ResponseStatus status(String id) {
        return found(id).status();
    }

    /** The ids along a chain, oldest first. */
    List<String> chainOf(String id) {
        List<ResponseId> ids = store.chain(TENANT, id(id))
                .orElseThrow(() -> new AssertionError("no chain of " + id))
                .ids();
        assertThat(store.lineage(TENANT, id(id))).contains(ids);
        return ids.stream().map(ResponseId::value).toList();
    }

    /** What a chain is made of, oldest first. */
    static Chain chain(StoredResponse... responses) {
        List<StoredTurn> earlier = Stream.of(responses)
                .limit(responses.length - 1)
                .map(StoredTurn::of)
                .toList();
        return new Chain(earlier, responses[responses.length - 1]);
    }

    void assertNoChain(String id) {
        assertThat(store.chain(TENANT, id(id))).isEmpty();
        assertThat(store.lineage(TENANT, id(id))).isEmpty();
    }

    /** Makes a conversation. */
    void conversation(String id, String... itemIds) {
        store.createConversation(new NewConversation(TENANT, conv(id), "{}", items(itemIds)));
    }

    ConversationItems content(String conversation) {
        return store.conversationContent(TENANT, conv(conversation))
                .orElseThrow(() -> new AssertionError("no conversation " + conversation));
    }

    /** Reads page after page until there are no more. */
    static <T> List<T> pages(
            Function<PageQuery, Page<T>> list, Function<T, String> id, int limit, boolean newestFirst) {
        List<T> read = new ArrayList<>();
        Page<T> page = list.apply(new PageQuery(null, limit, newestFirst));
        read.addAll(page.data());
        while (page.hasMore() && read.size() < 100) {
            page = list.apply(new PageQuery(id.apply(read.get(read.size() - 1)), limit, newestFirst));
            assertThat(page.data()).isNotEmpty();
            read.addAll(page.data());
        }
        return read;
    }

    static <T> List<T> reversed(List<T> list) {
        List<T> reversed = new ArrayList<>(list);
        Collections.reverse(reversed);
        return reversed;
    }
}
