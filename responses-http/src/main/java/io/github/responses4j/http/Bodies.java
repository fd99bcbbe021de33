package io.github.responses4j.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.codec.RequestReader;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import java.util.Locale;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * What requests have in their bodies.
 *
 * @param reader reads the bytes
 */
record Bodies(BodyReader reader) {
    /** A create body, as JSON or as a form. */
    ResponseRequest create(Exchange exchange) {
        boolean form = isForm(exchange.request());
        byte[] body = reader.read(exchange);
        return form && !looksLikeJson(body) ? RequestReader.readForm(body) : RequestReader.read(body);
    }

    /** The bytes of a body that is JSON, whatever it may call itself. */
    byte[] json(Exchange exchange) {
        boolean form = isForm(exchange.request());
        byte[] body = reader.read(exchange);
        if (form && body.length > 0 && !looksLikeJson(body)) {
            throw unsupported("Send the body as application/json in UTF-8.");
        }
        return body;
    }

    /**
     * A JSON object with some members; an empty body is an empty object.
     *
     * @param members which members there may be; in a strict profile no others
     */
    ObjectNode object(Exchange exchange, Set<String> members) {
        byte[] body = json(exchange);
        ObjectNode object = body.length == 0 ? JsonNodeFactory.instance.objectNode() : RequestReader.object(body);
        if (exchange.profile().strict()) {
            object.fieldNames().forEachRemaining(name -> {
                if (!members.contains(name)) {
                    throw new InvalidRequestException("Unknown parameter: '" + name + "'.", "unknown_parameter", name);
                }
            });
        }
        return object;
    }

    /** Whether the body says that it is a form, and not JSON. */
    private static boolean isForm(Request request) {
        String header = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (header == null || header.isBlank()) {
            return false;
        }
        String[] parts = header.toLowerCase(Locale.ROOT).split(";", -1);
        String type = parts[0].strip();
        boolean form = type.equals("application/x-www-form-urlencoded");
        boolean json = type.equals("application/json") || type.startsWith("application/") && type.endsWith("+json");
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].replace("\"", "").strip();
            json &= !parameter.startsWith("charset=") || parameter.equals("charset=utf-8");
        }
        if (!form && !json) {
            throw unsupported("Send the body as application/json in UTF-8, or as application/x-www-form-urlencoded.");
        }
        return form;
    }

    private static RuntimeException unsupported(String message) {
        return HttpError.refused(415, "unsupported_media_type", null, message).exception();
    }

    /** Some clients call everything a form, curl among them. */
    private static boolean looksLikeJson(byte[] body) {
        return body.length > 0 && body[0] == '{';
    }
}
