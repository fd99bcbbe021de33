package io.github.responses4j.tool;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.Tenant;

/**
 * One call of a hosted tool.
 *
 * @param tenant on whose behalf
 * @param responseId in which response
 * @param callId the model's id for the call
 * @param arguments the arguments, already read from the model's JSON text
 * @param cancellation tells when the caller has gone; the thread is interrupted as well
 */
public record ToolInvocation(
        Tenant tenant, ResponseId responseId, String callId, JsonObject arguments, Cancellation cancellation) {}
