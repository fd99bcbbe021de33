package io.github.responses4j.testkit;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ConversationChange;
import io.github.responses4j.store.ConversationId;
import io.github.responses4j.store.ConversationItems;
import io.github.responses4j.store.ConversationTurn;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewConversation;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.Page;
import io.github.responses4j.store.PageQuery;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredConversation;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Stores with one guard of conversations, look-ups or lists off each. */
final class BrokenConversations {
    private BrokenConversations() {}

    private static NewResponse with(NewResponse r, @Nullable ConversationTurn turn, List<StoredEvent> events) {
        return new NewResponse(
                r.tenant(),
                r.id(),
                r.previousId(),
                turn,
                r.idempotencyKey(),
                r.background(),
                r.node(),
                r.leaseTtl(),
                r.timeToLive(),
                r.document(),
                r.request(),
                r.input(),
                events);
    }

    private static Append joining(Append append, boolean joins) {
        Append.Terminal terminal = append.terminal();
        return terminal == null
                ? append
                : new Append(
                        append.expectedLastSeq(),
                        append.events(),
                        append.items(),
                        new Append.Terminal(terminal.status(), terminal.document(), joins, terminal.usage()));
    }

    static final class FirstEventsForgotten extends ForwardingStore {
        FirstEventsForgotten(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse r) {
            return super.create(with(r, r.conversation(), List.of()));
        }
    }

    /** Takes any turn as if it had read the newest version. */
    static final class VersionUnchecked extends ForwardingStore {
        VersionUnchecked(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse r) {
            ConversationTurn turn = r.conversation();
            if (turn != null) {
                turn = super.conversation(r.tenant(), turn.id())
                        .map(now -> new ConversationTurn(now.id(), now.version()))
                        .orElse(turn);
            }
            return super.create(with(r, turn, r.events()));
        }
    }

    static final class ConversationMadeByItsTurn extends ForwardingStore {
        ConversationMadeByItsTurn(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse r) {
            ConversationTurn turn = r.conversation();
            if (turn != null && super.conversation(r.tenant(), turn.id()).isEmpty()) {
                super.createConversation(new NewConversation(r.tenant(), turn.id(), "{}", List.of()));
            }
            return super.create(r);
        }
    }

    static final class AddsUnderTheLock extends ForwardingStore {
        AddsUnderTheLock(ResponseStore sound) {
            super(sound);
        }

        @Override
        public ConversationChange addConversationItems(Tenant tenant, ConversationId id, List<StoredItem> items) {
            ConversationChange change = super.addConversationItems(tenant, id, items);
            return change == ConversationChange.LOCKED ? ConversationChange.DONE : change;
        }
    }

    static final class RemovesUnderTheLock extends ForwardingStore {
        private final AtomicLong creates = new AtomicLong();

        RemovesUnderTheLock(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse response) {
            Created created = super.create(response);
            creates.incrementAndGet();
            return created;
        }

        @Override
        public ConversationChange deleteConversationItem(Tenant tenant, ConversationId id, String itemId) {
            BrokenStores.awaitChange(creates);
            ConversationChange change = super.deleteConversationItem(tenant, id, itemId);
            return change == ConversationChange.LOCKED ? ConversationChange.DONE : change;
        }
    }

    /** Takes an item that the conversation has already for a change. */
    static final class ItemAddedTwice extends ForwardingStore {
        ItemAddedTwice(ResponseStore sound) {
            super(sound);
        }

        @Override
        public ConversationChange addConversationItems(Tenant tenant, ConversationId id, List<StoredItem> items) {
            try {
                return super.addConversationItems(tenant, id, items);
            } catch (IllegalArgumentException refused) {
                return ConversationChange.DONE;
            }
        }
    }

    static final class ChangesNotCounted extends ForwardingStore {
        ChangesNotCounted(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id) {
            return super.conversationContent(tenant, id).map(content -> new ConversationItems(0, content.items()));
        }
    }

    static final class UpdateCounted extends ForwardingStore {
        private final Map<ConversationId, Long> updates = new ConcurrentHashMap<>();

        UpdateCounted(ResponseStore sound) {
            super(sound);
        }

        @Override
        public boolean updateConversation(Tenant tenant, ConversationId id, String document) {
            updates.merge(id, 1L, Long::sum);
            return super.updateConversation(tenant, id, document);
        }

        @Override
        public Optional<StoredConversation> conversation(Tenant tenant, ConversationId id) {
            return super.conversation(tenant, id)
                    .map(c -> new StoredConversation(
                            tenant, id, c.createdAt(), c.document(), c.version() + updates.getOrDefault(id, 0L)));
        }
    }

    static final class JoinForgotten extends ForwardingStore {
        JoinForgotten(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            return super.append(lease, joining(append, false));
        }
    }

    static final class EveryEndJoins extends ForwardingStore {
        EveryEndJoins(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            return super.append(lease, joining(append, true));
        }
    }

    /** Brings nothing but output. */
    static final class InputDoesNotJoin extends ForwardingStore {
        private final Set<StoredItem> input = ConcurrentHashMap.newKeySet();

        InputDoesNotJoin(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse response) {
            input.addAll(response.input());
            return super.create(response);
        }

        @Override
        public Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id) {
            return super.conversationContent(tenant, id)
                    .map(content -> new ConversationItems(
                            content.version(),
                            content.items().stream()
                                    .filter(item -> !input.contains(item))
                                    .toList()));
        }
    }

    /** Adds what a turn brings without a look at what is there. */
    static final class JoinRepeats extends ForwardingStore {
        private final Map<ConversationId, List<StoredItem>> added = new ConcurrentHashMap<>();

        JoinRepeats(ResponseStore sound) {
            super(sound);
        }

        @Override
        public void createConversation(NewConversation conversation) {
            super.createConversation(conversation);
            added.put(conversation.id(), new ArrayList<>(conversation.items()));
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            Append.Result result = super.append(lease, append);
            Append.Terminal terminal = append.terminal();
            Optional<StoredResponse> response = super.find(lease.tenant(), lease.id());
            if (result == Append.Result.OK && terminal != null && terminal.joinsConversation()) {
                response.filter(r -> r.conversation() != null).ifPresent(r -> {
                    List<StoredItem> items =
                            added.computeIfAbsent(Objects.requireNonNull(r.conversation()), id -> new ArrayList<>());
                    items.addAll(r.input());
                    items.addAll(r.output());
                });
            }
            return result;
        }

        @Override
        public Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id) {
            return super.conversationContent(tenant, id)
                    .map(content -> new ConversationItems(content.version(), added.getOrDefault(id, List.of())));
        }
    }

    /** Knows the conversation of a run by its id alone. */
    static final class JoinsTheNextOfThatId extends ForwardingStore {
        JoinsTheNextOfThatId(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Append.Result append(Lease lease, Append append) {
            Append.Result result = super.append(lease, append);
            Append.Terminal terminal = append.terminal();
            if (result == Append.Result.OK && terminal != null && terminal.joinsConversation()) {
                StoredResponse response = super.find(lease.tenant(), lease.id()).orElseThrow();
                ConversationId id = response.conversation();
                List<StoredItem> missing = response.output().stream()
                        .filter(item -> id != null
                                && super.conversationItem(lease.tenant(), id, item.id())
                                        .isEmpty())
                        .toList();
                if (id != null && !missing.isEmpty()) {
                    super.addConversationItems(lease.tenant(), id, missing);
                }
            }
            return result;
        }
    }

    /** Takes out of a conversation what a deleted response brought. */
    static final class DeletionReachesTheConversation extends ForwardingStore {
        DeletionReachesTheConversation(ResponseStore sound) {
            super(sound);
        }

        @Override
        public boolean delete(Tenant tenant, ResponseId id) {
            Optional<StoredResponse> response = super.find(tenant, id);
            boolean deleted = super.delete(tenant, id);
            response.filter(r -> r.conversation() != null)
                    .ifPresent(r -> r.output()
                            .forEach(item -> super.deleteConversationItem(
                                    tenant, Objects.requireNonNull(r.conversation()), item.id())));
            return deleted;
        }
    }

    /** Keeps serving what it once found. */
    static final class ItemsRemembered extends ForwardingStore {
        private final Map<String, StoredItem> seen = new ConcurrentHashMap<>();

        ItemsRemembered(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Map<String, StoredItem> items(Tenant tenant, Collection<String> itemIds) {
            Map<String, StoredItem> found = new HashMap<>(super.items(tenant, itemIds));
            seen.putAll(found);
            itemIds.stream().filter(seen::containsKey).forEach(id -> found.putIfAbsent(id, seen.get(id)));
            return found;
        }
    }

    static final class ItemsOfAnyTenant extends ForwardingStore {
        private final Set<Tenant> tenants = ConcurrentHashMap.newKeySet();

        ItemsOfAnyTenant(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Created create(NewResponse response) {
            tenants.add(response.tenant());
            return super.create(response);
        }

        @Override
        public Map<String, StoredItem> items(Tenant tenant, Collection<String> itemIds) {
            Map<String, StoredItem> found = new HashMap<>(super.items(tenant, itemIds));
            tenants.forEach(other -> super.items(other, itemIds).forEach(found::putIfAbsent));
            return found;
        }
    }

    /** Serves another tenant's conversation to whoever knows its id. */
    static class OfAnyTenant extends ForwardingStore {
        private final Map<ConversationId, Tenant> owners = new ConcurrentHashMap<>();

        OfAnyTenant(ResponseStore sound) {
            super(sound);
        }

        Tenant owner(Tenant tenant, ConversationId id) {
            return owners.getOrDefault(id, tenant);
        }

        @Override
        public void createConversation(NewConversation conversation) {
            super.createConversation(conversation);
            owners.putIfAbsent(conversation.id(), conversation.tenant());
        }
    }

    static final class ContentOfAnyTenant extends OfAnyTenant {
        ContentOfAnyTenant(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<ConversationItems> conversationContent(Tenant tenant, ConversationId id) {
            return super.conversationContent(owner(tenant, id), id);
        }
    }

    static final class DeletionOfAnyTenant extends OfAnyTenant {
        DeletionOfAnyTenant(ResponseStore sound) {
            super(sound);
        }

        @Override
        public boolean deleteConversation(Tenant tenant, ConversationId id) {
            return super.deleteConversation(owner(tenant, id), id);
        }
    }

    static final class AdditionOfAnyTenant extends OfAnyTenant {
        AdditionOfAnyTenant(ResponseStore sound) {
            super(sound);
        }

        @Override
        public ConversationChange addConversationItems(Tenant tenant, ConversationId id, List<StoredItem> items) {
            return super.addConversationItems(owner(tenant, id), id, items);
        }
    }

    static final class ListOfAnyTenant extends ForwardingStore {
        private final List<NewResponse> made = new ArrayList<>();

        ListOfAnyTenant(ResponseStore sound) {
            super(sound);
        }

        @Override
        public synchronized Created create(NewResponse response) {
            made.add(response);
            return super.create(response);
        }

        @Override
        public synchronized Page<StoredResponse> responses(Tenant tenant, PageQuery query) {
            List<StoredResponse> all = new ArrayList<>();
            made.forEach(r -> super.find(r.tenant(), r.id()).ifPresent(all::add));
            return query.after() == null ? new Page<>(all, false) : super.responses(tenant, query);
        }
    }

    static final class ListStartsAgain extends ForwardingStore {
        ListStartsAgain(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Page<StoredResponse> responses(Tenant tenant, PageQuery query) {
            try {
                return super.responses(tenant, query);
            } catch (IllegalArgumentException unknown) {
                return super.responses(tenant, new PageQuery(null, query.limit(), query.newestFirst()));
            }
        }
    }

    static final class PageOverlaps extends ForwardingStore {
        PageOverlaps(ResponseStore sound) {
            super(sound);
        }

        @Override
        public Optional<Page<StoredItem>> conversationItems(Tenant tenant, ConversationId id, PageQuery query) {
            return super.conversationItems(tenant, id, query)
                    .map(page -> new Page<>(page.data(), page.data().size() == query.limit()));
        }
    }
}
