package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Requests.ask;
import static io.github.responses4j.testkit.Requests.next;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.engine.ResponsesEngine;
import io.github.responses4j.engine.RunOptions;
import io.github.responses4j.engine.SessionMemory;
import io.github.responses4j.event.EventSink;
import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.NotFoundException;
import io.github.responses4j.response.Response;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.store.ResponseStatus;
import io.github.responses4j.store.Tenant;
import io.github.responses4j.tool.Cancellation;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a connection remembers of responses that are not kept. */
class EngineSessionTest {
    private static final Tenant TENANT = Tenant.SINGLE;

    @RegisterExtension
    final EngineInvariants engines = new EngineInvariants();

    private final ScriptedBackend backend = new ScriptedBackend();
    private final SessionMemory memory = new SessionMemory();
    private ResponsesEngine engine;

    @BeforeEach
    void open() {
        engine = engines.engine(builder -> builder.backend(backend));
    }

    private static ResponseRequest unkept(ResponseRequest request) {
        return request.toBuilder().store(false).build();
    }

    private Response on(SessionMemory session, ResponseRequest request) {
        return engine.prepare(TENANT, request, RunOptions.DEFAULT.withMemory(session))
                .execute(EventSink.discard(), new Cancellation());
    }

    private void isForgotten(SessionMemory session, Response response) {
        assertThatThrownBy(() -> on(session, unkept(next(response, "?"))))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("previous_response_not_found"));
    }

    @Test
    void whatIsNotKeptCanBeContinuedOnItsConnectionOnly() {
        backend.sample(model -> model.text("one")).sample(model -> model.text("two"));
        Response one =
                on(memory, unkept(ask("q").toBuilder().instructions("Be brief.").build()));
        assertThatThrownBy(() -> engine.retrieve(TENANT, one.id())).isInstanceOf(NotFoundException.class);
        isForgotten(new SessionMemory(), one);
        Response two = on(memory, unkept(next(one, "and?")));
        assertThat(two.outputText()).isEqualTo("two");
        assertThat(backend.request(1).context()).hasSize(3);
        assertThat(backend.request(1).instructions()).isEqualTo("Be brief.");
    }

    @Test
    void onlyTheNewestIsRemembered() {
        backend.sample(model -> model.text("one")).sample(model -> model.text("two"));
        Response one = on(memory, unkept(ask("q")));
        Response two = on(memory, unkept(ask("q")));
        isForgotten(memory, one);
        backend.sample(model -> model.text("three"));
        assertThat(on(memory, unkept(next(two, "?"))).outputText()).isEqualTo("three");
    }

    @Test
    void aLargerMemoryHasMore() {
        SessionMemory two = new SessionMemory(2);
        for (String answer : new String[] {"a", "b", "c", "d"}) {
            backend.sample(model -> model.text(answer));
        }
        Response first = on(two, unkept(ask("q")));
        Response second = on(two, unkept(ask("q")));
        Response third = on(two, unkept(ask("q")));
        isForgotten(two, first);
        assertThat(on(two, unkept(next(second, "?"))).outputText()).isEqualTo("d");
        isForgotten(two, second);
        assertThat(third.outputText()).isEqualTo("c");
        assertThatIllegalArgumentException().isThrownBy(() -> new SessionMemory(0));
    }

    @Test
    void aContinuationThatIsRefusedIsForgotten() {
        backend.sample(model -> model.text("one"));
        Response one = on(memory, unkept(ask("q")));
        ResponseRequest wrong = Requests.with(unkept(next(one, "?")), "prompt", "{\"id\":\"p\"}");
        assertThatThrownBy(() -> on(memory, wrong)).isInstanceOf(InvalidRequestException.class);
        isForgotten(memory, one);
    }

    @Test
    void aContinuationThatFailsIsForgotten() {
        backend.sample(model -> model.text("one"))
                .sample(model -> model.text("a").cut());
        Response one = on(memory, unkept(ask("q")));
        assertThat(on(memory, unkept(next(one, "?"))).status()).isEqualTo(ResponseStatus.FAILED);
        isForgotten(memory, one);
    }

    @Test
    void whatIsKeptIsFoundInTheStoreAgain() {
        backend.sample(model -> model.text("one"))
                .sample(model -> model.text("a").cut())
                .sample(model -> model.text("three"));
        Response one = on(memory, ask("q"));
        assertThat(on(memory, next(one, "?")).status()).isEqualTo(ResponseStatus.FAILED);
        assertThat(on(memory, next(one, "?")).outputText()).isEqualTo("three");
    }

    @Test
    void whatIsNotKeptHasNoKeptContinuation() {
        backend.sample(model -> model.text("one"));
        Response one = on(memory, unkept(ask("q")));
        assertThatThrownBy(() -> on(memory, next(one, "?")))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.code()).isEqualTo("previous_response_not_found"));
    }
}
