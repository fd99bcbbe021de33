package io.github.responses4j.http;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;

/**
 * Reads a whole request body: so many bytes at most, and not slower than it must be.
 *
 * @param maxBytes how long a body may be
 * @param patience how long a short body may take; a long one may take longer, at {@link #MIN_RATE}
 */
record BodyReader(int maxBytes, Duration patience) {
    /** How many bytes a second are never too slow. */
    static final int MIN_RATE = 16 * 1024;

    private static final int FIRST_SIZE = 8 * 1024;
    private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

    byte[] read(Exchange exchange) {
        Request request = exchange.request();
        String encoding = request.getHeaders().get(HttpHeader.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw HttpError.refused(415, null, null, "Content-Encoding is not supported; send the body as it is.")
                    .exception();
        }
        if (request.getLength() > maxBytes) {
            exchange.closing();
            throw tooLarge();
        }
        long start = System.nanoTime();
        byte[] body = new byte[(int) Math.max(0, Math.min(request.getLength(), FIRST_SIZE))];
        int size = 0;
        while (true) {
            Content.Chunk chunk = next(exchange, start, size);
            try {
                ByteBuffer bytes = chunk.getByteBuffer();
                int more = bytes.remaining();
                if (more > maxBytes - size) {
                    exchange.closing();
                    throw tooLarge();
                }
                if (size + more > body.length) {
                    body = Arrays.copyOf(body, roomFor(size + more, body.length));
                }
                bytes.get(body, size, more);
                size += more;
                if (chunk.isLast()) {
                    exchange.bodyRead();
                    return size == body.length ? body : Arrays.copyOf(body, size);
                }
            } finally {
                chunk.release();
            }
        }
    }

    private int roomFor(int needed, int had) {
        return Math.max(needed, (int) Math.min(maxBytes, Math.max(FIRST_SIZE, had * 2L)));
    }

    /** The next piece; waits for it. */
    private Content.Chunk next(Exchange exchange, long start, int size) {
        Request request = exchange.request();
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                if (!await(request, allowedNanos(size) - (System.nanoTime() - start))) {
                    exchange.bodyRead();
                    exchange.closing();
                    throw tooSlow();
                }
            } else if (Content.Chunk.isFailure(chunk)) {
                exchange.bodyRead();
                exchange.closing();
                throw broken(chunk.getFailure());
            } else {
                return chunk;
            }
        }
    }

    /** How long the first bytes of a body may take, so many of them. */
    long allowedNanos(int size) {
        return patience.toNanos() + TimeUnit.SECONDS.toNanos(1) * size / MIN_RATE;
    }

    /** Reads what the client is still sending and forgets it, for a while. */
    static void drain(Request request) {
        long start = System.nanoTime();
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                if (!await(request, LINGER_NANOS - (System.nanoTime() - start))) {
                    return;
                }
                continue;
            }
            boolean over = chunk.isLast() || Content.Chunk.isFailure(chunk);
            chunk.release();
            if (over || System.nanoTime() - start > LINGER_NANOS) {
                return;
            }
        }
    }

    private static boolean await(Request request, long nanos) {
        if (nanos <= 0) {
            return false;
        }
        CountDownLatch ready = new CountDownLatch(1);
        request.demand(ready::countDown);
        try {
            return ready.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenBodyException(e);
        }
    }

    private static RuntimeException broken(Throwable failure) {
        if (failure instanceof HttpException bad) {
            return HttpError.refused(bad.getCode(), null, null, "The body of the request is not valid HTTP.")
                    .exception();
        }
        return failure instanceof TimeoutException ? tooSlow() : new BrokenBodyException(failure);
    }

    private RuntimeException tooLarge() {
        return HttpError.refused(
                        413,
                        "request_too_large",
                        null,
                        "The body of the request is larger than " + maxBytes + " bytes.")
                .exception();
    }

    private static RuntimeException tooSlow() {
        return HttpError.refused(408, "request_timeout", null, "The body of the request came too slowly.")
                .exception();
    }

    /** The client went away in the middle of its request. */
    static final class BrokenBodyException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokenBodyException(Throwable cause) {
            super(new EofException(cause));
        }
    }
}
