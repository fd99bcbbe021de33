package io.github.responses4j.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.responses4j.response.InvalidRequestException;
import io.github.responses4j.response.ResponseRequest;
import io.github.responses4j.response.Warning;
import io.github.responses4j.tool.Tool;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestPolicyTest {
    private static final Profile STRICT = Profile.named("default+strict");

    private static ResponseRequest read(String members) {
        return RequestReader.read(
                ("{\"model\":\"m\",\"input\":\"hi\"," + members.replace('\'', '"') + "}").getBytes(UTF_8));
    }

    @Test
    void toolsOfAServerNeedAnApprovalUnlessTheProfileSaysNever() {
        ResponseRequest request = read(
                "'tools':[{'type':'mcp','server_label':'a'},{'type':'function','name':'f'},"
                        + "{'type':'mcp','server_label':'b','require_approval':null},{'type':'mcp','server_label':'c',"
                        + "'require_approval':{'never':{'tool_names':['t']}}},{'type':'mcp','server_label':'d','require_approval':'never'}]");
        assertThat(approvals(RequestPolicy.withDefaults(request, Profile.DEFAULT)))
                .containsExactly("\"always\"", "-", "\"always\"", "{\"never\":{\"tool_names\":[\"t\"]}}", "\"never\"");
        assertThat(approvals(RequestPolicy.withDefaults(request, Profile.BUD)))
                .containsExactly("\"never\"", "-", "\"never\"", "{\"never\":{\"tool_names\":[\"t\"]}}", "\"never\"");
        assertThat(RequestPolicy.withDefaults(request, Profile.BUD).json().objects("tools"))
                .isEqualTo(RequestPolicy.withDefaults(request, Profile.BUD).tools().stream()
                        .map(Tool::json)
                        .toList());
    }

    private static List<String> approvals(ResponseRequest request) {
        return request.tools().stream()
                .map(tool -> String.valueOf(tool.json().get("require_approval")).replace("null", "-"))
                .toList();
    }

    @Test
    void aRequestThatLeavesNothingOpenStaysTheSame() {
        for (String members : List.of(
                "'tools':[]",
                "'tools':[{'type':'function','function':{'name':'f'}}]",
                "'tools':[{'type':'mcp','require_approval':'never'}]")) {
            ResponseRequest request = read(members);
            assertThat(RequestPolicy.withDefaults(request, Profile.DEFAULT)).isSameAs(request);
        }
        ResponseRequest keyed = read("'api_key':'sk-1','tools':[{'type':'mcp'}]");
        assertThat(RequestPolicy.withDefaults(keyed, Profile.DEFAULT).providerKey())
                .isEqualTo("sk-1");
    }

    @Test
    void unknownMembersAreReportedOrRefused() {
        ResponseRequest request = read("'acme':1,'nothing':null,'logit_bias':{},'max_tokens':50,'modalities':['text']");
        assertThat(RequestPolicy.unknown(request)).extracting(Warning::param).containsExactly("acme", "logit_bias");
        assertThatCode(() -> RequestPolicy.refuseUnknown(request, Profile.DEFAULT))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> RequestPolicy.refuseUnknown(request, STRICT))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("unknown_parameter");
                    assertThat(e.param()).isEqualTo("acme");
                    assertThat(e.text()).isEqualTo("Unknown parameter: 'acme'.");
                });
        ResponseRequest known = read("'max_tokens':50,'reasoning':true,'api_key':'sk-1','nothing':null,'seed':1");
        assertThat(RequestPolicy.unknown(known)).isEmpty();
        assertThatCode(() -> RequestPolicy.refuseUnknown(known, STRICT)).doesNotThrowAnyException();
    }

    @Test
    void whatIsNotHonouredIsReportedOrRefused() {
        List<Warning> warnings =
                List.of(new Warning("top_k", "this backend does not know it"), new Warning("seed", "x"));
        assertThatCode(() -> RequestPolicy.refuseUnsupported(warnings, Profile.OPENAI))
                .doesNotThrowAnyException();
        assertThatCode(() -> RequestPolicy.refuseUnsupported(List.of(), STRICT)).doesNotThrowAnyException();
        assertThatThrownBy(() -> RequestPolicy.refuseUnsupported(warnings, STRICT))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.code()).isEqualTo("unsupported_parameter");
                    assertThat(e.param()).isEqualTo("top_k");
                    assertThat(e.text()).isEqualTo("Unsupported parameter: 'top_k': this backend does not know it.");
                });
    }
}
