package io.github.responses4j.http;

import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.store.PageQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** What stands behind the question mark. */
final class Query {
    private static final int DEFAULT_LIMIT = 20;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

    private final Fields fields;

    private Query(Fields fields) {
        this.fields = fields;
    }

    static Query of(Request request) {
        try {
            return new Query(Request.extractQueryParameters(request));
        } catch (RuntimeException e) {
            throw new InvalidRequestException("The query of the request is not URL-encoded correctly.", null, null);
        }
    }

    /** A parameter; null if it is missing or empty. */
    @Nullable
    String text(String name) {
        String value = fields.getValue(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /** A parameter that may be given several times, also with brackets behind its name. */
    List<String> list(String name) {
        List<String> values = new ArrayList<>(fields.getValuesOrEmpty(name));
        values.addAll(fields.getValuesOrEmpty(name + "[]"));
        return values;
    }

    /** A parameter that is a boolean; false if it is missing. */
    boolean flag(String name) {
        String value = text(name);
        if (value == null || value.equalsIgnoreCase("false") || value.equals("0")) {
            return false;
        }
        if (value.equalsIgnoreCase("true") || value.equals("1")) {
            return true;
        }
        throw new InvalidRequestException("Invalid type for '" + name + "': expected a boolean.", "invalid_type", name);
    }

    /**
     * The number of the last event that the client knows already; −1 for none.
     *
     * @param header the same as a header tells it; the parameter goes first
     */
    long startingAfter(@Nullable String header) {
        String name = "starting_after";
        String value = text(name);
        if (value == null && header != null && !header.isBlank()) {
            name = "Last-Event-ID";
            value = header.strip();
        }
        if (value == null) {
            return -1;
        }
        if (!NUMBER.matcher(value).matches()) {
            throw new InvalidRequestException(
                    "Invalid type for '" + name + "': expected an integer.", "invalid_type", name);
        }
        long after = Long.parseLong(value);
        if (after < 0) {
            throw new InvalidRequestException(
                    "Invalid '" + name + "': integer below minimum value. Expected a value >= 0, but got " + after
                            + " instead.",
                    "integer_below_min_value",
                    name);
        }
        return after;
    }

    /** Which part of a list is asked for. */
    PageQuery page() {
        if (text("before") != null) {
            throw new InvalidRequestException(
                    "Unsupported parameter: 'before'. Use 'after' with the other 'order'.",
                    "unsupported_parameter",
                    "before");
        }
        return new PageQuery(text("after"), limit(), newestFirst());
    }

    private int limit() {
        String value = text("limit");
        if (value == null) {
            return DEFAULT_LIMIT;
        }
        if (!NUMBER.matcher(value).matches()) {
            throw new InvalidRequestException(
                    "Invalid type for 'limit': expected an integer.", "invalid_type", "limit");
        }
        long limit = Long.parseLong(value);
        if (limit < 1) {
            throw new InvalidRequestException(
                    "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got " + limit
                            + " instead.",
                    "integer_below_min_value",
                    "limit");
        }
        if (limit > PageQuery.MAX_LIMIT) {
            throw new InvalidRequestException(
                    "Invalid 'limit': integer above maximum value. Expected a value <= " + PageQuery.MAX_LIMIT
                            + ", but got " + limit + " instead.",
                    "integer_above_max_value",
                    "limit");
        }
        return (int) limit;
    }

    private boolean newestFirst() {
        String order = text("order");
        if (order == null || order.equals("desc")) {
            return true;
        }
        if (order.equals("asc")) {
            return false;
        }
        throw new InvalidRequestException(
                "Invalid value for 'order': expected 'asc' or 'desc'.", "invalid_value", "order");
    }
}
