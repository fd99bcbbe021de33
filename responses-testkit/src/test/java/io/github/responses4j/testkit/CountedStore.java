package io.github.responses4j.testkit;

import io.github.responses4j.store.ResponseStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;

/** Writes down which calls the thread that made it has a store do, apart from those with which an engine begins. */
final class CountedStore {
    private static final Set<String> BEGINNING = Set.of("durable", "onHint");

    private CountedStore() {}

    static ResponseStore over(ResponseStore store, List<String> calls) {
        Thread mine = Thread.currentThread();
        return (ResponseStore) Proxy.newProxyInstance(
                CountedStore.class.getClassLoader(), new Class<?>[] {ResponseStore.class}, (proxy, method, args) -> {
                    if (mine.equals(Thread.currentThread()) && !BEGINNING.contains(method.getName())) {
                        calls.add(method.getName());
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
