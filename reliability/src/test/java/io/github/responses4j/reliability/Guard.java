package io.github.responses4j.reliability;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.Cancelled;
import io.github.responses4j.store.Claim;
import io.github.responses4j.store.Created;
import io.github.responses4j.store.Lease;
import io.github.responses4j.store.NewResponse;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoredEvent;
import io.github.responses4j.store.StoredItem;
import io.github.responses4j.store.StoredResponse;
import io.github.responses4j.store.Tail;
import io.github.responses4j.store.ToolStart;
import io.github.responses4j.testkit.SettableClock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What keeps a store's promises, each to be switched off. */
enum Guard {
    /** A write needs the current epoch. */
    FENCE {
        @Override
        Object spoil(Call call) throws Throwable {
            return call.is("append") ? append(call.store(), call) : call.go();
        }

        private Object append(ResponseStore store, Call call) throws Throwable {
            Lease stale = call.argument(0);
            Optional<StoredResponse> now = store.find(stale.tenant(), stale.id());
            if (now.isEmpty()) {
                return call.go();
            }
            Lease current = call.current(stale);
            return call.store().append(current == null ? stale : current, call.argument(1));
        }
    },
    /** A tool is not started by who has lost its lease. */
    TOOL_FENCE {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            return answer == ToolStart.FENCED ? ToolStart.STARTED : answer;
        }
    },
    /** A tool that was started is not started again. */
    TOOL_JOURNAL {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            return answer == ToolStart.ALREADY_STARTED ? ToolStart.STARTED : answer;
        }
    },
    /** A lease lasts as long as it was given. */
    LEASE_CLOCK {
        @Override
        Object spoil(Call call) throws Throwable {
            if (call.is("claim")) {
                return call.store().claim(call.argument(0), call.<Integer>argument(1), Duration.ofSeconds(1));
            }
            if (call.is("reap")) {
                return call.store().reap(call.argument(0), call.<Integer>argument(1), Duration.ofSeconds(1));
            }
            return call.go();
        }
    },
    /** A renewal prolongs. */
    RENEWAL {
        @Override
        Object spoil(Call call) throws Throwable {
            if (call.is("renew") && !call.<Duration>argument(1).isZero()) {
                return call.store().renew(call.argument(0), Duration.ofSeconds(1));
            }
            return call.go();
        }
    },
    /** A lease that is lost is said to be lost. */
    RENEWAL_CHECK {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            return call.is("renew") ? new HashSet<>(call.<Collection<Lease>>argument(0)) : answer;
        }
    },
    /** What has ended is not cancelled. */
    CANCEL_ONCE {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            return answer == Cancelled.ALREADY_ENDED ? Cancelled.CANCELLED : answer;
        }
    },
    /** A cancel is written. */
    CANCEL_COMMIT {
        @Override
        Object spoil(Call call) throws Throwable {
            return call.is("cancel") ? Cancelled.CANCELLED : call.go();
        }
    },
    /** One turn holds a conversation. */
    CONVERSATION_LOCK {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            if (answer instanceof Created created && created.outcome() == Created.Outcome.CONVERSATION_LOCKED) {
                NewResponse refused = call.argument(0);
                return call.store()
                        .create(Drafts.response(
                                refused.id().value(), refused.background(), refused.node(), null, null));
            }
            return answer;
        }
    },
    /** The events of a page follow each other. */
    READ_ORDER {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            if (answer instanceof Optional<?> some
                    && some.orElse(null) instanceof Tail tail
                    && tail.events().size() > 1) {
                List<StoredEvent> late = tail.events().subList(1, tail.events().size());
                return Optional.of(new Tail(tail.status(), tail.lastSeq(), late));
            }
            return answer;
        }
    },
    /** The status is read before the events: what an end has written is among them. */
    STATUS_FIRST {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            if (answer instanceof Optional<?> some
                    && some.orElse(null) instanceof Tail tail
                    && tail.status().isTerminal()) {
                long known = call.argument(2);
                return Optional.of(new Tail(tail.status(), known, List.of()));
            }
            return answer;
        }
    },
    /** An append is whole. */
    ALL_OR_NOTHING {
        @Override
        Object spoil(Call call) throws Throwable {
            if (call.is("append")) {
                Append append = call.argument(1);
                return call.store()
                        .append(
                                call.argument(0),
                                new Append(append.expectedLastSeq(), append.events(), List.of(), append.terminal()));
            }
            return call.go();
        }
    },
    /** An append is committed before it is said to be. */
    COMMIT {
        @Override
        Object spoil(Call call) throws Throwable {
            if (call.is("append") && call.<Append>argument(1).terminal() != null) {
                return Append.Result.OK;
            }
            return call.go();
        }
    },
    /** What is shown is written. */
    PERSIST_THEN_SHOW {
        @Override
        Object spoil(Call call) throws Throwable {
            if (call.is("append")) {
                Lease lease = call.argument(0);
                Append append = behind(call.held().remove(lease.id()), call.argument(1));
                if (append.terminal() == null) {
                    // It is kept in this process alone, and shown all the same.
                    call.held().put(lease.id(), append);
                    return Append.Result.OK;
                }
                return call.store().append(lease, append);
            }
            Object answer = call.go();
            if (!call.is("tail")) {
                return answer;
            }
            ResponseId id = call.argument(1);
            long after = call.argument(2);
            Append held = call.held().get(id);
            return held == null ? answer : ((Optional<?>) answer).map(tail -> ahead((Tail) tail, held, after));
        }

        private Append behind(@Nullable Append held, Append next) {
            if (held == null) {
                return next;
            }
            List<StoredEvent> events = new ArrayList<>(held.events());
            events.addAll(next.events());
            List<StoredItem> items = new ArrayList<>(held.items());
            items.addAll(next.items());
            return new Append(held.expectedLastSeq(), events, items, next.terminal());
        }

        private Tail ahead(Tail tail, Append held, long after) {
            List<StoredEvent> events = new ArrayList<>(tail.events());
            held.events().stream().filter(event -> event.seq() > after).forEach(events::add);
            return new Tail(
                    tail.status(), held.expectedLastSeq() + held.events().size(), events);
        }
    },
    /** A claim takes what is free. */
    CLAIM_FREE {
        @Override
        Object spoil(Call call) throws Throwable {
            if (call.is("claim")) {
                // As if the lease of everything had run out.
                call.clock().advance(Drafts.LEASE);
                try {
                    return call.go();
                } finally {
                    call.clock().advance(Drafts.LEASE.negated());
                }
            }
            return call.go();
        }
    },
    /** Nobody reaps what lives. */
    REAP_DEAD {
        @Override
        Object spoil(Call call) throws Throwable {
            if (call.is("reap")) {
                call.clock().advance(Drafts.LEASE);
                try {
                    return call.go();
                } finally {
                    call.clock().advance(Drafts.LEASE.negated());
                }
            }
            return call.go();
        }
    },
    /** What its process has left is reaped. */
    REAPER {
        @Override
        Object spoil(Call call) throws Throwable {
            return call.is("reap") ? List.of() : call.go();
        }
    },
    /** What was handed back does not count. */
    ATTEMPTS {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            if (call.is("claim")) {
                return ((List<?>) answer)
                        .stream()
                                .map(Claim.class::cast)
                                .map(claim -> new Claim(claim.lease(), claim.attempt() + 1, claim.response()))
                                .toList();
            }
            return answer;
        }
    },
    /** A claim raises the epoch. */
    EPOCH {
        @Override
        Object spoil(Call call) throws Throwable {
            Object answer = call.go();
            if (call.is("claim")) {
                return ((List<?>) answer)
                        .stream().map(Claim.class::cast).map(Guard::before).toList();
            }
            return answer;
        }
    },
    /** A delete leaves nothing. */
    DELETE {
        @Override
        Object spoil(Call call) throws Throwable {
            if (call.is("delete")) {
                call.store().cancel(call.argument(0), call.argument(1));
                return true;
            }
            return call.go();
        }
    };

    private static Claim before(Claim claim) {
        Lease lease = claim.lease();
        return new Claim(
                new Lease(lease.tenant(), lease.id(), lease.owner(), lease.epoch() - 1),
                claim.attempt(),
                claim.response());
    }

    /** One call of a store. */
    record Call(
            ResponseStore store,
            SettableClock clock,
            Set<Lease> leases,
            Map<ResponseId, Append> held,
            java.lang.reflect.Method method,
            List<Object> arguments) {
        boolean is(String name) {
            return method.getName().equals(name);
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the caller knows the signature
        <T> T argument(int number) {
            return (T) arguments.get(number);
        }

        Object go() throws Throwable {
            try {
                return method.invoke(store, arguments.toArray());
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        /** The newest lease of a run that was given to anybody. */
        @Nullable
        Lease current(Lease stale) {
            ResponseId id = stale.id();
            return leases.stream()
                    .filter(lease -> lease.id().equals(id))
                    .max(java.util.Comparator.comparingLong(Lease::epoch))
                    .orElse(null);
        }
    }

    abstract Object spoil(Call call) throws Throwable;

    /** A store without this guard. */
    ResponseStore off(ResponseStore sound, SettableClock clock) {
        Set<Lease> leases = ConcurrentHashMap.newKeySet();
        Map<ResponseId, Append> held = new ConcurrentHashMap<>();
        return (ResponseStore) Proxy.newProxyInstance(
                Guard.class.getClassLoader(), new Class<?>[] {ResponseStore.class}, (proxy, method, args) -> {
                    List<Object> arguments = args == null ? List.of() : List.of(args);
                    Object answer = spoil(new Call(sound, clock, leases, held, method, arguments));
                    if (method.getName().equals("claim") || method.getName().equals("reap")) {
                        ((List<?>) answer).forEach(claim -> leases.add(((Claim) claim).lease()));
                    }
                    if (answer instanceof Created created && created.lease() != null) {
                        leases.add(created.lease());
                    }
                    return answer;
                });
    }
}
