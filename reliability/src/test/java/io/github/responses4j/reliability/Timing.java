package io.github.responses4j.reliability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting, and doing things at once. */
final class Timing {
    private Timing() {}

    /** Lets a little time pass between two looks. */
    static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Waits until something is so. */
    static void until(String what, BooleanSupplier so) {
        until(what, Column.PATIENCE, so);
    }

    /** Waits until something is so, not longer than it may take. */
    static void until(String what, Duration most, BooleanSupplier so) {
        long deadline = System.nanoTime() + most.toNanos();
        while (!so.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not within " + most + ": " + what);
            }
            pause(2);
        }
    }

    static long millisSince(long nanoTime) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanoTime);
    }

    /** Does the same in several threads at once, and waits for all; the first failure is thrown. */
    static <T> List<T> atOnce(int threads, Callable<T> work) {
        List<Callable<T>> all = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            all.add(work);
        }
        return all(all);
    }

    /** Does several things at once, each in a thread of its own, and waits for all; the first failure is thrown. */
    static <T> List<T> all(List<? extends Callable<T>> works) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, works.size()), Timing::daemon);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (Callable<T> work : works) {
                futures.add(threads.submit(work));
            }
            List<T> answers = new ArrayList<>();
            for (Future<T> future : futures) {
                answers.add(result(future));
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Begins something on a thread of its own. */
    static <T> Future<T> later(Callable<T> work) {
        java.util.concurrent.FutureTask<T> task = new java.util.concurrent.FutureTask<>(work);
        daemon(task).start();
        return task;
    }

    static <T> T result(Future<T> future) {
        try {
            return future.get(10, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "reliability");
        thread.setDaemon(true);
        return thread;
    }

    /** The figure below which a share of the others is. */
    static long percentile(List<Long> figures, double share) {
        List<Long> sorted = figures.stream().sorted().toList();
        return sorted.get((int) Math.min(sorted.size() - 1, Math.ceil(share * sorted.size()) - 1));
    }
}
