package io.github.responses4j.testkit;

import io.github.responses4j.store.ResponseStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicBoolean;

/** A store as a process sees it that dies for all others: from then on nothing that it does reaches the store. */
final class CutOff {
    private final AtomicBoolean cut = new AtomicBoolean();
    private final ResponseStore store;

    CutOff(ResponseStore sound) {
        this.store = (ResponseStore) Proxy.newProxyInstance(
                CutOff.class.getClassLoader(), new Class<?>[] {ResponseStore.class}, (proxy, method, arguments) -> {
                    if (cut.get()) {
                        throw new IllegalStateException("cut off");
                    }
                    try {
                        return method.invoke(sound, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    ResponseStore store() {
        return store;
    }

    void cut() {
        cut.set(true);
    }
}
