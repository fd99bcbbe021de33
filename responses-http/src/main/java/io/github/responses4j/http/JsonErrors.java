package io.github.responses4j.http;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** What Jetty itself refuses, in the form that all errors have: requests that are no HTTP, and paths that nobody serves. */
final class JsonErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = request.getAttribute(ErrorHandler.ERROR_EXCEPTION) instanceof HttpException bad
                ? bad.getCode()
                : response.getStatus();
        byte[] body = HttpError.plain(status, message(status, request)).body();
        response.setStatus(status);
        response.getHeaders().put(Exchange.ID_HEADER, Exchange.idOf(request));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Exchange.JSON);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static String message(int status, Request request) {
        return status == HttpStatus.NOT_FOUND_404
                ? "Invalid URL (" + request.getMethod() + " "
                        + request.getHttpURI().getPath() + ")."
                : HttpStatus.getMessage(status) + ".";
    }
}
