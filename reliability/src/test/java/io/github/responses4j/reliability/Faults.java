package io.github.responses4j.reliability;

import io.github.responses4j.store.Append;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.StoreException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A store whose n-th call of a method fails, or never comes back because its process has ended. Counts each method for itself, so
 * that a run that several threads carry out has the same calls each time.
 */
final class Faults {
    /** How a call fails. */
    enum Kind {
        /** It throws and has done nothing. */
        BEFORE,
        /** It has done its work and throws. */
        AFTER,
        /** An append has done nothing and does not know; others throw. */
        LOST,
        /** An append has done its work and does not know; others throw. */
        COMMITTED,
        /** The process ends before the call. */
        HALT_BEFORE,
        /** The process ends after the commit. */
        HALT_AFTER;

        boolean halts() {
            return this == HALT_BEFORE || this == HALT_AFTER;
        }

        private boolean commits() {
            return this == AFTER || this == COMMITTED || this == HALT_AFTER;
        }
    }

    /** The process is gone: nothing of it is heard again. */
    static final class Gone extends Error {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("the process has ended", null, false, false);
        }
    }

    /** What timers call, who are to be quiet about it. */
    private static final Set<String> POLLED = Set.of("claim", "reap", "renew", "changed", "sweep", "close");

    private final ResponseStore sound;
    private final String where;
    private final int number;
    private final @Nullable Kind kind;
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private volatile Runnable onGone = () -> {};
    private volatile boolean gone;
    private volatile boolean struck;

    /** A store that fails at one of its calls; a kind of null never does. */
    Faults(ResponseStore sound, String where, int number, @Nullable Kind kind) {
        this.sound = sound;
        this.where = where;
        this.number = number;
        this.kind = kind;
    }

    /** How often each method was called. */
    Map<String, AtomicInteger> calls() {
        return calls;
    }

    /** Whether the call has come. */
    boolean hasStruck() {
        return struck;
    }

    /** Frees those who wait for a process that has ended. */
    void onGone(Runnable action) {
        onGone = action;
    }

    /** The process ends now, wherever it is. */
    void halt() {
        gone = true;
    }

    ResponseStore store() {
        return (ResponseStore) Proxy.newProxyInstance(
                Faults.class.getClassLoader(),
                new Class<?>[] {ResponseStore.class},
                (proxy, method, args) -> call(method, args));
    }

    private Object call(Method method, Object @Nullable [] args) throws Throwable {
        String name = method.getName();
        if (name.equals("durable")) {
            // What one engine leaves another one finds: they share the store behind this one.
            return true;
        }
        if (gone) {
            throw POLLED.contains(name) ? new IllegalStateException("the process has ended") : new Gone();
        }
        int count = calls.computeIfAbsent(name, key -> new AtomicInteger()).incrementAndGet();
        if (kind == null || !name.equals(where) || count != number) {
            return invoke(method, args);
        }
        struck = true;
        gone = kind.halts();
        if (kind.commits()) {
            invoke(method, args);
        }
        if (kind.halts()) {
            new Thread(onGone).start();
            throw new Gone();
        }
        if (name.equals("append") && (kind == Kind.LOST || kind == Kind.COMMITTED)) {
            return Append.Result.UNKNOWN;
        }
        throw new StoreException("injected fault: " + name + " " + kind, true, null);
    }

    private Object invoke(Method method, Object @Nullable [] args) throws Throwable {
        try {
            return method.invoke(sound, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
