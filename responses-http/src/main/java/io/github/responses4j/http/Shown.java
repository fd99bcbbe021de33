package io.github.responses4j.http;

import io.github.responses4j.codec.Profile;
import io.github.responses4j.codec.ResponseView;
import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.Response;
import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.ResponseStatus;

/** Responses as the caller's profile shows them, and what the caller calls them. */
final class Shown {
    private static final String PREFIX = "resp_";
    private static final String ALIAS = "req_";

    private final Profile profile;
    private final ResponseView view;

    Shown(Profile profile, ResponsesEngine engine) {
        this.profile = profile;
        this.view = new ResponseView(profile, engine::hosts);
    }

    /** A response on its way out. */
    JsonObject response(Response response) {
        JsonObject json = view.response(response.json());
        String id = response.id().value();
        if (!profile.backgroundAlias() || !isBackground(response) || !id.startsWith(PREFIX)) {
            return json;
        }
        // Aleph Alpha: a job has a name of its own until there is a result, and is never queued.
        ResponseStatus status = response.status();
        if (status == ResponseStatus.COMPLETED || status == ResponseStatus.INCOMPLETE) {
            return json;
        }
        JsonObject.Builder job = json.toBuilder().put("id", ALIAS + id.substring(PREFIX.length()));
        if (status == ResponseStatus.QUEUED) {
            job.put("status", ResponseStatus.IN_PROGRESS.wire());
        }
        return job.build();
    }

    /** Which response a caller means. */
    ResponseId id(String asked) {
        boolean alias = profile.backgroundAlias() && asked.startsWith(ALIAS);
        return new ResponseId(alias ? PREFIX + asked.substring(ALIAS.length()) : asked);
    }

    /** The status of the answer that hands out a background response. */
    int accepted(Response response) {
        return profile.backgroundAlias() && !response.status().isTerminal() ? 202 : 200;
    }

    EventSink events(EventSink sink) {
        return view.events(sink);
    }

    EventSink eventsAfter(long after, EventSink sink) {
        return view.eventsAfter(after, sink);
    }

    boolean renumbers() {
        return view.renumbers();
    }

    private static boolean isBackground(Response response) {
        return Boolean.TRUE.equals(response.json().bool("background"));
    }
}
