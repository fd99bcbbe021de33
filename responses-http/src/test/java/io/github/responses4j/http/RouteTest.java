package io.github.responses4j.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of routes. */
class RouteTest {
    @Test
    void theTableIsKnown() {
        assertThat(Route.TABLE)
                .extracting(route -> route.method() + " " + route.path() + (route.open() ? " (open)" : ""))
                .containsExactly(
                        "POST /v1/responses",
                        "GET /v1/responses",
                        "POST /v1/responses/input_tokens",
                        "POST /v1/responses/compact",
                        "GET /v1/responses/{response_id}",
                        "DELETE /v1/responses/{response_id}",
                        "POST /v1/responses/{response_id}/cancel",
                        "GET /v1/responses/{response_id}/input_items",
                        "POST /v1/conversations",
                        "GET /v1/conversations/{conversation_id}",
                        "POST /v1/conversations/{conversation_id}",
                        "DELETE /v1/conversations/{conversation_id}",
                        "GET /v1/conversations/{conversation_id}/items",
                        "POST /v1/conversations/{conversation_id}/items",
                        "GET /v1/conversations/{conversation_id}/items/{item_id}",
                        "DELETE /v1/conversations/{conversation_id}/items/{item_id}",
                        "GET /v1/models",
                        "GET /v1/models/{model*}",
                        "GET /health (open)",
                        "GET /healthz (open)",
                        "GET /ready (open)");
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/responses/a, a",
        "/v1/responses/a+b, a+b",
        "/v1/responses/a%2Fb, a/b",
        "/v1/responses/%e2%82%ac, €",
        "/v1/models/a/b%2Fc, a/b/c"
    })
    void aVariableIsWhatTheClientMeant(String path, String value) {
        List<Route> routes = Route.of(path);

        assertThat(routes).isNotEmpty();
        assertThat(routes.get(0).arguments(path)).containsExactly(value);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/responses/%zz",
        "/v1/responses/",
        "/v1/models/",
        "/v1/responses/a/b",
        "/v1/responses/a/input_items/",
        "v1/models",
        "/v1%2Fmodels"
    })
    void whatIsNoPathIsNoPath(String path) {
        assertThat(Route.of(path)).isEmpty();
    }
}
