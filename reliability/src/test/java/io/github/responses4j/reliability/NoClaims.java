package io.github.responses4j.reliability;

import io.github.responses4j.store.ResponseStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A store for a node that serves, and works on nothing until it may. */
final class NoClaims {
    private NoClaims() {}

    /** A store that gives no work away until a file is there. */
    static ResponseStore until(Path file, ResponseStore store) {
        return (ResponseStore) Proxy.newProxyInstance(
                NoClaims.class.getClassLoader(), new Class<?>[] {ResponseStore.class}, (proxy, method, args) -> {
                    if (method.getName().equals("claim") && !Files.exists(file)) {
                        return List.of();
                    }
                    try {
                        return method.invoke(store, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
