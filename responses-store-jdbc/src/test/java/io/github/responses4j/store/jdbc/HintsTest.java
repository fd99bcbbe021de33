package io.github.responses4j.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseKey;
import io.github.responses4j.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Who is told of changes, and until when. */
class HintsTest {
    private static final ResponseKey KEY = new ResponseKey(new Tenant("tenant"), new ResponseId("a"));

    @Test
    void nobodyIsToldOnceTheListeningWasClosed() throws InterruptedException {
        List<String> events = new CopyOnWriteArrayList<>();
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch let = new CountDownLatch(1);
        Hints.Listener listener = new Hints.Listener(key -> {
            told.countDown();
            try {
                events.add(let.await(30, TimeUnit.SECONDS) ? "told" : "forgotten");
            } catch (InterruptedException e) {
                events.add("interrupted");
            }
        });
        Thread telling = Threads.daemon("telling", () -> listener.accept(KEY));
        Thread closing = Threads.daemon("closing", () -> {
            listener.close();
            events.add("closed");
        });
        telling.start();
        assertThat(told.await(30, TimeUnit.SECONDS)).isTrue();
        closing.start();
        while (closing.getState() != Thread.State.BLOCKED && closing.isAlive()) {
            Thread.onSpinWait();
        }
        let.countDown();
        telling.join();
        closing.join();

        listener.accept(KEY);

        assertThat(events).containsExactly("told", "closed");
    }

    @Test
    void whoIsToldMayCloseTheListening() {
        List<ResponseKey> told = new ArrayList<>();
        AtomicReference<Hints.Listener> own = new AtomicReference<>();
        own.set(new Hints.Listener(key -> {
            told.add(key);
            own.get().close();
        }));

        own.get().accept(KEY);
        own.get().accept(KEY);

        assertThat(told).containsExactly(KEY);
    }
}
