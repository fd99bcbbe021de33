package io.github.responses4j.backends;

import io.github.responses4j.backend.Backend;
import io.github.responses4j.backend.BackendException;
import io.github.responses4j.backend.BackendRequest;
import io.github.responses4j.json.JsonObject;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.testkit.BackendRecorder;
import io.github.responses4j.testkit.RecordedWire;
import io.github.responses4j.tool.Cancellation;
import java.util.List;

/** Requests for tests, written as JSON with single quotes. */
final class Requests {
    private Requests() {}

    static BackendRequest stream(String json) {
        return RecordedWire.request(ResponseRequest.of(json(json)), true);
    }

    static BackendRequest hello() {
        return stream("{'model':'m1','input':'Hello'}");
    }

    static JsonObject json(String text) {
        return JsonObject.parse(text.replace('\'', '"'));
    }

    static List<String> sample(Backend backend, BackendRequest request) {
        BackendRecorder recorder = new BackendRecorder();
        backend.sample(request, recorder, new Cancellation());
        return recorder.events();
    }

    static BackendException failure(Backend backend) {
        try {
            sample(backend, hello());
        } catch (BackendException e) {
            return e;
        }
        throw new AssertionError("the sample did not fail");
    }
}
