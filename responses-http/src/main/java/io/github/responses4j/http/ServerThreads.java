package io.github.responses4j.http;

import io.github.responses4j.engine.Threads;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The server's threads: requests run on virtual ones where the JVM has them, and on a pool otherwise. */
final class ServerThreads {
    private static final int MAX_THREADS = 2048;
    private static final int MIN_THREADS = 4;
    private static final int IDLE_MILLIS = 10_000;

    private ServerThreads() {}

    static QueuedThreadPool pool() {
        QueuedThreadPool pool = new QueuedThreadPool(MAX_THREADS, MIN_THREADS, IDLE_MILLIS);
        pool.setName("responses-http");
        pool.setDaemon(true);
        // All that a rush of new connections has called for may go when it is over.
        pool.setMaxEvictCount(MAX_THREADS);
        ThreadFactory factory = Threads.factory("responses-http-request");
        try {
            // Only in Java 21 and later; there the factory makes virtual threads.
            Executor perTask = (Executor) Executors.class
                    .getMethod("newThreadPerTaskExecutor", ThreadFactory.class)
                    .invoke(null, factory);
            pool.setVirtualThreadsExecutor(perTask);
        } catch (NoSuchMethodException beforeJava21) {
            return pool;
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("virtual threads cannot be used", e);
        }
        return pool;
    }

    /** Threads of a server that may block, as those do on which its requests run. */
    static Executor blocking(Executor pool) {
        Executor virtual = VirtualThreads.getVirtualThreadsExecutor(pool);
        return virtual == null ? pool : virtual;
    }
}
