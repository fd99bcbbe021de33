package io.github.responses4j.response;

import io.github.responses4j.json.JsonObject;

/**
 * Why a response failed.
 *
 * @param code what kind of failure, such as {@code server_error} (OpenAI Responses API, {@code error.code})
 * @param message what happened, for a person
 */
public record ResponseError(String code, String message) {
    /** The code of a failure that no other code describes. */
    public static final String SERVER_ERROR = "server_error";

    /** The code of a failure by too many requests. */
    public static final String RATE_LIMIT_EXCEEDED = "rate_limit_exceeded";

    /** The error as on the wire. */
    public JsonObject json() {
        return JsonObject.builder().put("code", code).put("message", message).build();
    }
}
