package io.github.responses4j.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Hears the project's warnings and errors, and keeps them from the console meanwhile. */
final class LogWatch extends Handler {
    private static final Logger WATCHED = Logger.getLogger("io.github.responses4j");

    private final SimpleFormatter formatter = new SimpleFormatter();
    private final List<String> heard = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();

    void start() {
        WATCHED.addHandler(this);
        WATCHED.setUseParentHandlers(false);
    }

    void stop() {
        WATCHED.removeHandler(this);
        WATCHED.setUseParentHandlers(true);
    }

    synchronized void expect(String piece) {
        expected.add(piece);
    }

    @Override
    public synchronized void publish(LogRecord entry) {
        if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
            heard.add(entry.getLevel() + " " + formatter.format(entry));
        }
    }

    /** Everything that was heard and not expected, or expected and not heard. */
    synchronized List<String> complaints() {
        List<String> complaints = new ArrayList<>();
        for (String line : heard) {
            if (expected.stream().noneMatch(line::contains)) {
                complaints.add("was logged: " + line);
            }
        }
        for (String piece : expected) {
            if (heard.stream().noneMatch(line -> line.contains(piece))) {
                complaints.add("was not logged: " + piece);
            }
        }
        return complaints;
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
}
