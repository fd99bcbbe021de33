package io.github.responses4j.reliability;

import io.github.responses4j.store.ResponseStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Ends the process at a call of its store, as the power switch would: before the call or after its commit. */
final class CrashPoints {
    private CrashPoints() {}

    /**
     * A store in front of another one.
     *
     * @param point which call of which method, and on which side of it, as {@code append:3:before}
     */
    static ResponseStore around(ResponseStore store, String point) {
        String[] parts = point.split(":", -1);
        int number = Integer.parseInt(parts[1]);
        boolean before = parts[2].equals("before");
        AtomicInteger calls = new AtomicInteger();
        return (ResponseStore) Proxy.newProxyInstance(
                CrashPoints.class.getClassLoader(), new Class<?>[] {ResponseStore.class}, (proxy, method, args) -> {
                    boolean here = method.getName().equals(parts[0]) && calls.incrementAndGet() == number;
                    if (here && before) {
                        Runtime.getRuntime().halt(137);
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    } finally {
                        if (here) {
                            Runtime.getRuntime().halt(137);
                        }
                    }
                });
    }
}
