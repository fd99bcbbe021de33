package io.github.responses4j.testkit;

import io.github.responses4j.store.ResponseStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;

/** Writes down which calls the thread that made it has a store do. */
final class CountedStore {
    private CountedStore() {}

    static ResponseStore over(ResponseStore store, List<String> calls) {
        Thread mine = Thread.currentThread();
        return (ResponseStore) Proxy.newProxyInstance(
                CountedStore.class.getClassLoader(), new Class<?>[] {ResponseStore.class}, (proxy, method, args) -> {
                    if (Thread.currentThread() == mine) {
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
