package io.github.responses4j.benchmarks;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Connections that are kept, as many as are in use at once; counts what is done over them. Any thread. */
final class CountedPool implements DataSource, AutoCloseable {
    private final String url;
    /** The one that was used last comes first, as a thread finds it in HikariCP: what it has cached is still true. */
    private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();

    private final Queue<Connection> all = new ConcurrentLinkedQueue<>();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong statements = new AtomicLong();
    private volatile boolean countsKept;

    CountedPool(String url) {
        this.url = url;
    }

    /** Transactions committed so far. */
    long commits() {
        return commits.get();
    }

    /** Statements sent so far; those that only set up a connection or a transaction are not. */
    long statements() {
        return statements.get();
    }

    /** Whether statements count that the store keeps prepared past this pool; it prepares them anew then, which costs time. */
    void countKept(boolean counts) {
        countsKept = counts;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection kept = idle.poll();
        Connection connection = kept == null ? DriverManager.getConnection(url) : kept;
        if (kept == null) {
            all.add(connection);
        }
        return proxy(Connection.class, (proxy, method, args) -> switch (method.getName()) {
            case "close" -> {
                idle.push(connection);
                yield null;
            }
            case "commit" -> {
                commits.incrementAndGet();
                yield call(connection, method, args);
            }
            case "unwrap" -> countsKept ? proxy : call(connection, method, args);
            case "prepareStatement" -> {
                switch (String.valueOf(args[0])) {
                    case "COMMIT" -> commits.incrementAndGet();
                    case "BEGIN IMMEDIATE" -> {}
                    default -> statements.incrementAndGet();
                }
                yield call(connection, method, args);
            }
            case "createStatement" -> counted((Statement) call(connection, method, args));
            default -> call(connection, method, args);
        });
    }

    private Statement counted(@Nullable Object statement) {
        return proxy(Statement.class, (proxy, method, args) -> {
            if (args != null && "COMMIT".equals(args[0])) {
                commits.incrementAndGet();
            }
            return call(statement, method, args);
        });
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(CountedPool.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static @Nullable Object call(@Nullable Object target, Method method, @Nullable Object @Nullable [] args)
            throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : all) {
            connection.close();
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
