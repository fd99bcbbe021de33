package io.github.responses4j.store.jdbc;

import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.ResponseStore;
import io.github.responses4j.store.Tenant;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells other nodes of changes, and hears of theirs, by LISTEN and NOTIFY of PostgreSQL. Two threads from the first listening on
 * until the store is closed: one sends, in a transaction of its own, what has changed since it sent last; the other keeps a
 * connection and waits.
 */
final class Hints {
    /** What is not sent within this time is sent together. */
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(5);

    private static final int WAIT_MILLIS = 500;
    private static final int LONGEST = 7_000;
    private static final long MIN_RETRY = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long MAX_RETRY = TimeUnit.SECONDS.toNanos(2);

    private final Database database;
    private final String channel;
    /** Stands in front of each message, so that a node knows its own. */
    private final String self = Names.uid();

    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final Set<ResponseKey> changed = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Thread sender;
    private volatile boolean closed;

    Hints(Database database) {
        this.database = database;
        this.channel = "r4j_" + database.identity();
    }

    ResponseStore.Listening listen(Consumer<ResponseKey> hint) {
        if (!database.dialect().tellsOthers()) {
            return () -> {};
        }
        Listener listener = new Listener(hint);
        listeners.add(listener);
        start();
        return () -> {
            listeners.remove(listener);
            listener.close();
        };
    }

    /** Somebody who is told, one hint at a time. Who closes it waits for a hint that is being told, but the one who is told it. */
    static final class Listener {
        private final Consumer<ResponseKey> hint;
        private boolean closed;

        Listener(Consumer<ResponseKey> hint) {
            this.hint = hint;
        }

        synchronized void accept(ResponseKey key) {
            if (!closed) {
                hint.accept(key);
            }
        }

        synchronized void close() {
            closed = true;
        }
    }

    private synchronized void start() {
        if (sender == null && !closed) {
            Thread sending = Threads.daemon("responses-store-hints-out", this::send);
            sender = sending;
            sending.start();
            Threads.daemon("responses-store-hints-in", this::receive).start();
        }
    }

    /** Takes note that this node has committed a change. Costs nothing unless somebody listens. */
    void changed(Tenant tenant, ResponseId id) {
        Thread sending = sender;
        if (sending != null && changed.add(new ResponseKey(tenant, id))) {
            LockSupport.unpark(sending);
        }
    }

    void close() {
        synchronized (this) {
            closed = true;
            LockSupport.unpark(sender);
        }
        listeners.forEach(Listener::close);
        listeners.clear();
    }

    private void send() {
        long retry = MIN_RETRY;
        while (!closed) {
            if (changed.isEmpty()) {
                LockSupport.parkNanos(this, TimeUnit.SECONDS.toNanos(1));
            } else {
                try {
                    notifyOthers();
                    retry = MIN_RETRY;
                    LockSupport.parkNanos(this, PAUSE);
                } catch (SQLException | RuntimeException lost) {
                    // They will look by themselves.
                    LockSupport.parkNanos(retry);
                    retry = Math.min(MAX_RETRY, retry * 2);
                }
            }
        }
    }

    private void notifyOthers() throws SQLException {
        StringBuilder message = new StringBuilder(self);
        for (Iterator<ResponseKey> keys = changed.iterator(); keys.hasNext(); ) {
            ResponseKey key = keys.next();
            // Taken first: what changes from here on is sent again.
            keys.remove();
            String line = "\n" + Names.known(key.tenant().id()) + " "
                    + Names.known(key.id().value());
            if (message.length() + line.length() > LONGEST) {
                notifyOthers(message.toString());
                message.setLength(self.length());
            }
            message.append(line);
        }
        notifyOthers(message.toString());
    }

    private void notifyOthers(String message) throws SQLException {
        try (Connection connection = database.source().getConnection();
                PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            statement.setString(1, channel);
            statement.setString(2, message);
            statement.executeQuery().close();
        }
    }

    private void receive() {
        long retry = MIN_RETRY;
        while (!closed) {
            try (Connection connection = database.source().getConnection()) {
                Dialect.execute(connection, "LISTEN " + channel);
                try {
                    retry = MIN_RETRY;
                    await(new Notifications(connection));
                } finally {
                    // It goes back to the pool, for others.
                    Dialect.execute(connection, "UNLISTEN " + channel);
                }
            } catch (SQLException | ReflectiveOperationException | RuntimeException lost) {
                // The server has gone or has ended the connection; another one will do.
                LockSupport.parkNanos(retry);
                retry = Math.min(MAX_RETRY, retry * 2);
            }
        }
    }

    private void await(Notifications notifications) throws SQLException, ReflectiveOperationException {
        while (!closed) {
            for (String message : notifications.next()) {
                String[] lines = message.split("\n", -1);
                for (int n = 1; n < lines.length && !lines[0].equals(self); n++) {
                    tell(lines[n]);
                }
            }
        }
    }

    private void tell(String line) {
        int space = line.indexOf(' ');
        if (space > 0) {
            ResponseKey key = new ResponseKey(
                    new Tenant(Names.decode(line.substring(0, space))),
                    new ResponseId(Names.decode(line.substring(space + 1))));
            listeners.forEach(listener -> listener.accept(key));
        }
    }

    /** The driver's way to wait for notifications. By reflection: the driver is the application's. */
    private static final class Notifications {
        private final Object connection;
        private final Method next;

        Notifications(Connection connection) throws SQLException, ReflectiveOperationException {
            Connection physical = connection.unwrap(Connection.class);
            Class<?> type = Class.forName(
                    "org.postgresql.PGConnection", false, physical.getClass().getClassLoader());
            this.connection = connection.unwrap(type);
            this.next = type.getMethod("getNotifications", int.class);
        }

        List<String> next() throws SQLException, ReflectiveOperationException {
            try {
                Object[] found = (Object[]) next.invoke(connection, WAIT_MILLIS);
                List<String> messages = new ArrayList<>();
                for (Object one : found == null ? new Object[0] : found) {
                    messages.add(String.valueOf(next.getReturnType()
                            .getComponentType()
                            .getMethod("getParameter")
                            .invoke(one)));
                }
                return messages;
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof SQLException failure) {
                    throw failure;
                }
                throw e;
            }
        }
    }
}
