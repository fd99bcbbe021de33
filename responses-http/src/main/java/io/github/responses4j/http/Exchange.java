package io.github.responses4j.http;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.item.IdGenerator;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponsesException;
import io.github.responses4j.response.Warning;
import io.github.responses4j.store.Tenant;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request and its one answer. Whoever holds it answers exactly once: by {@link #send}, {@link #fail}, {@link #abort} or a stream. */
final class Exchange {
    static final String JSON = "application/json";
    static final String ID_HEADER = "x-request-id";

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final IdGenerator IDS = IdGenerator.random();
    private static final int MAX_WARNINGS = 4096;
    private static final int PATIENCE_SECONDS = 10;

    private final Request request;
    private final Response response;
    private final Callback callback;
    private final String id;
    private final long start = System.nanoTime();
    private List<String> arguments = List.of();
    private Tenant tenant = Tenant.SINGLE;
    private Profile profile = Profile.DEFAULT;
    private boolean closing;
    private boolean bodyRead;

    Exchange(Request request, Response response, Callback callback) {
        this.request = request;
        this.response = response;
        this.callback = callback;
        this.id = idOf(request);
        response.getHeaders().put(ID_HEADER, id);
    }

    Request request() {
        return request;
    }

    Response response() {
        return response;
    }

    Callback callback() {
        return callback;
    }

    /** The id by which this request is found again in the log. */
    String id() {
        return id;
    }

    String method() {
        return request.getMethod();
    }

    /** What the path has in place of the route's n-th variable. */
    String argument(int n) {
        return arguments.get(n);
    }

    void arguments(List<String> values) {
        arguments = values;
    }

    Tenant tenant() {
        return tenant;
    }

    void tenant(Tenant caller) {
        tenant = caller;
    }

    Profile profile() {
        return profile;
    }

    void profile(Profile chosen) {
        profile = chosen;
    }

    /** Says that nothing of the body is left to be read, or worth it. */
    void bodyRead() {
        bodyRead = true;
    }

    /** Ends the connection after this answer. */
    void closing() {
        closing = true;
    }

    /** Tells what is not honoured, as a list in JSON that has only ASCII characters; what does not fit is left out, from the end. */
    void warnings(List<Warning> warnings) {
        StringBuilder list = new StringBuilder();
        for (Warning warning : warnings) {
            String one = JsonObject.builder()
                    .put("param", warning.param())
                    .put("message", warning.message())
                    .build()
                    .toAscii();
            if (list.length() + one.length() + 2 > MAX_WARNINGS) {
                break;
            }
            list.append(list.isEmpty() ? "[" : ",").append(one);
        }
        if (!list.isEmpty()) {
            response.getHeaders().put("X-Responses-Warnings", list.append(']').toString());
        }
    }

    /** Sets what every answer carries, right before it goes out. */
    void head(int status, String contentType) {
        response.setStatus(status);
        HttpFields.Mutable headers = response.getHeaders();
        headers.put(HttpHeader.CONTENT_TYPE, contentType);
        headers.put("openai-processing-ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        if (closing) {
            headers.put(HttpHeader.CONNECTION, "close");
        }
    }

    /** Answers with JSON. */
    void send(int status, byte[] json) {
        head(status, JSON);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, json.length);
        response.write(true, ByteBuffer.wrap(json), callback);
    }

    void send(int status, JsonObject json) {
        send(status, json.toBytes());
    }

    /** Answers with nothing but the head. */
    void sendEmpty(int status) {
        response.setStatus(status);
        response.write(true, null, callback);
    }

    /** Does what answers this. If it throws, that becomes the answer. */
    void answer(Runnable task) {
        try {
            task.run();
        } catch (HttpError.RefusedException e) {
            fail(e.error());
        } catch (ResponsesException e) {
            fail(HttpError.of(e, profile));
        } catch (SseSink.ClientGoneException | BodyReader.BrokenBodyException e) {
            abort(e);
        } catch (RuntimeException | Error e) {
            // An error such as a stack overflow ends its request, not the server.
            LOG.error("request {} failed", id, e);
            fail(HttpError.failed());
        }
    }

    /** Answers with an error; if the answer has begun already, breaks it off. */
    void fail(HttpError error) {
        if (response.isCommitted()) {
            abort(new EofException("failed after the answer had begun"));
            return;
        }
        error.headers().forEach((name, value) -> response.getHeaders().put(name, value));
        if (!bodyRead && mayHaveBody()) {
            sendBeforeBody(error);
        } else {
            send(error.status(), error.body());
        }
    }

    /** Answers a client that is still sending: it must be able to finish, or it never reads the answer. */
    private void sendBeforeBody(HttpError error) {
        Callback.Completable written = new Callback.Completable();
        byte[] body = error.body();
        head(error.status(), JSON);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), written);
        try {
            written.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            abort(e);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            abort(e);
            return;
        }
        BodyReader.drain(request);
        callback.succeeded();
    }

    private boolean mayHaveBody() {
        return request.getLength() != 0 && !request.getHeaders().contains(HttpHeader.EXPECT);
    }

    /** Breaks the answer off and closes the connection. */
    void abort(Throwable cause) {
        callback.failed(cause);
    }

    /** The id that the client gave a request, if it is a sane one, or else a new one. */
    static String idOf(Request request) {
        String offered = request.getHeaders().get(ID_HEADER);
        return offered != null && SANE_ID.matcher(offered).matches() ? offered : IDS.next("req");
    }

    /** The path as the client wrote it, below where the handler is mounted. */
    static String path(Request request) {
        String path = request.getHttpURI().getPath();
        String mounted = Request.getContextPath(request);
        if (path == null) {
            return "/";
        }
        return mounted != null && mounted.length() > 1 && path.startsWith(mounted)
                ? path.substring(mounted.length())
                : path;
    }

    static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }
}
