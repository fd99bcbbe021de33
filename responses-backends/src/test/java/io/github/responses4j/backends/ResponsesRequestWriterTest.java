package io.github.responses4j.backends;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResponsesRequestWriterTest {
    private static List<String> input(String items) {
        return ResponsesRequestWriter.body(Requests.stream("{'model':'m1','input':[" + items + "]}"))
                .objects("input")
                .stream()
                .map(item -> item.toString().replace('"', '\''))
                .toList();
    }

    @Test
    void anIdIsLeftOutWhereAnUpstreamNeedsNone() {
        for (String type : List.of(
                "compaction",
                "mcp_approval_response",
                "computer_call_output",
                "shell_call",
                "shell_call_output",
                "apply_patch_call",
                "apply_patch_call_output",
                "tool_search_call",
                "tool_search_output",
                "additional_tools",
                "compaction_trigger")) {
            assertThat(input("{'type':'" + type + "','id':'ours','x':1}"))
                    .containsExactly("{'type':'" + type + "','x':1}");
        }
        assertThat(input("{'type':'reasoning','id':'ours','encrypted_content':'gAAA'}"))
                .containsExactly("{'type':'reasoning','encrypted_content':'gAAA','summary':[]}");
    }

    @Test
    void anIdStaysWhereItIsPartOfTheItem() {
        for (String type : List.of(
                "web_search_call",
                "file_search_call",
                "code_interpreter_call",
                "image_generation_call",
                "mcp_list_tools",
                "mcp_call",
                "mcp_approval_request",
                "computer_call",
                "local_shell_call",
                "program",
                "program_output",
                "acme:chart")) {
            String item = "{'type':'" + type + "','id':'ours','x':1}";
            assertThat(input(item)).containsExactly(item);
        }
    }

    @Test
    void theOutputOfALocalShellBearsTheIdOfItsCall() {
        assertThat(input("{'type':'local_shell_call_output','id':'lsho_1','output':'a','call_id':'call_1'},"
                        + "{'type':'local_shell_call_output','id':'call_2','output':'b'}"))
                .containsExactly(
                        "{'type':'local_shell_call_output','id':'call_1','output':'a'}",
                        "{'type':'local_shell_call_output','id':'call_2','output':'b'}");
    }
}
