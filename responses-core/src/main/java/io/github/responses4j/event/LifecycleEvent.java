package io.github.responses4j.event;

import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;

/** The response has moved to another state; carries the whole response. */
public sealed interface LifecycleEvent extends ResponseEvent
        permits ResponseCreated,
                ResponseQueued,
                ResponseInProgress,
                ResponseCompleted,
                ResponseIncomplete,
                ResponseFailed {
    /** The response as it stands now. */
    default Response response() {
        JsonObject response = json().object("response");
        if (response == null) {
            throw new IllegalStateException(type() + " carries no response");
        }
        return new Response(response);
    }
}
