package io.github.responses4j.store.jdbc;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Connections that are kept: as many as are in use at once, without those that broke. */
final class Pool implements DataSource, AutoCloseable {
    private final String url;
    private final Queue<Connection> idle = new ConcurrentLinkedQueue<>();
    private final Queue<Connection> all = new ConcurrentLinkedQueue<>();

    Pool(String url) {
        this.url = url;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection kept = idle.poll();
        while (kept != null && !kept.isValid(1)) {
            closeAnyway(kept);
            kept = idle.poll();
        }
        Connection connection = kept == null ? DriverManager.getConnection(url) : kept;
        if (kept == null) {
            all.add(connection);
        }
        return (Connection) Proxy.newProxyInstance(
                Pool.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                    if (method.getName().equals("close")) {
                        idle.add(connection);
                        return null;
                    }
                    try {
                        return method.invoke(connection, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    public void close() {
        for (Connection connection : all) {
            closeAnyway(connection);
        }
    }

    /** One that broke may say so again. */
    private static void closeAnyway(Connection broken) {
        try {
            broken.close();
        } catch (SQLException known) {
            logger().log(System.Logger.Level.DEBUG, "a broken connection was closed", known);
        }
    }

    private static System.Logger logger() {
        return System.getLogger(Pool.class.getName());
    }

    @Override
    public Connection getConnection(String user, String password) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PrintWriter getLogWriter() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
