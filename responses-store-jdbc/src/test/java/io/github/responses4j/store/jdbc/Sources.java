package io.github.responses4j.store.jdbc;

import java.lang.ref.WeakReference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Data sources whose connections are watched or break. */
final class Sources {
    private Sources() {}

    /** Stands before each call of a connection's method. */
    interface Before {
        void call(Method method, Object[] args, Connection connection) throws SQLException;
    }

    static DataSource watched(DataSource source, Before before) {
        return (DataSource) Proxy.newProxyInstance(
                Sources.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    Connection connection = (Connection) invoke(source, method, args);
                    return Proxy.newProxyInstance(
                            Sources.class.getClassLoader(), new Class<?>[] {Connection.class}, (p, m, a) -> {
                                if (m.getDeclaringClass() != Object.class) {
                                    before.call(m, a, connection);
                                }
                                // What is done past a pool is watched too.
                                return m.getName().equals("unwrap") ? p : invoke(connection, m, a);
                            });
                });
    }

    /** Connections that are all new to whoever gets them, and the statements that are prepared over them. */
    static DataSource wrapped(DataSource source, List<Statement> prepared) {
        return (DataSource) Proxy.newProxyInstance(
                Sources.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    Connection connection = (Connection) invoke(source, method, args);
                    return Proxy.newProxyInstance(
                            Sources.class.getClassLoader(), new Class<?>[] {Connection.class}, (p, m, a) -> {
                                Object answer = m.getName().equals("unwrap") ? p : invoke(connection, m, a);
                                if (m.getName().equals("prepareStatement")) {
                                    prepared.add((Statement) answer);
                                }
                                return answer;
                            });
                });
    }

    /** A new connection each time, which its end closes. */
    static DataSource unpooled(String url, List<WeakReference<Connection>> given) {
        return (DataSource) Proxy.newProxyInstance(
                Sources.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, args) -> {
                    Connection connection = DriverManager.getConnection(url);
                    given.add(new WeakReference<>(connection));
                    return connection;
                });
    }

    private static Object invoke(Object target, Method method, Object[] args) throws Throwable {
        try {
            return method.invoke(target, args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** The statements that were prepared. */
    static DataSource counted(DataSource source, List<String> statements) {
        return watched(source, (method, args, connection) -> {
            if (method.getName().equals("prepareStatement")) {
                statements.add((String) args[0]);
            }
        });
    }

    /** All rows of all tables but the schema's own. */
    static long rows(DataSource source) throws SQLException {
        long rows = 0;
        try (Connection connection = source.getConnection()) {
            for (String table : List.of("response", "deleted", "event", "tool_call", "conversation", "item")) {
                rows += Long.parseLong(Dialect.read(connection, "SELECT COUNT(*) FROM r4j_" + table));
            }
        }
        return rows;
    }

    static List<String> read(DataSource source, String... queries) throws SQLException {
        List<String> answers = new ArrayList<>();
        try (Connection connection = source.getConnection()) {
            for (String query : queries) {
                answers.add(Dialect.read(connection, query));
            }
        }
        return answers;
    }
}
