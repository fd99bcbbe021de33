import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a strict server refuses, so that a client that is careless about it does not pass here either. */
final class Rules {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private Rules() {}

    /** What is wrong with the request, empty when nothing is. */
    static String violation(Map<String, Object> request) {
        List<Object> messages = Json.list(request.get("messages"));
        if (Json.string(request.get("model")).isEmpty() || messages.isEmpty()) {
            return "A request needs a 'model' and 'messages'.";
        }
        for (Object tool : Json.list(request.get("tools"))) {
            if (Json.string(Json.object(Json.object(tool).get("function")).get("name"))
                    .isEmpty()) {
                return "Each of 'tools' needs a 'function' with a 'name'.";
            }
        }
        Map<String, Object> format = Json.object(request.get("response_format"));
        Map<String, Object> schema = Json.object(format.get("json_schema"));
        if ("json_schema".equals(format.get("type"))
                && (Json.string(schema.get("name")).isEmpty() || !(schema.get("schema") instanceof Map))) {
            return "A 'json_schema' needs a 'name' and a 'schema'.";
        }
        return conversationViolation(messages);
    }

    private static String conversationViolation(List<Object> messages) {
        Set<String> open = new HashSet<>();
        for (Object element : messages) {
            Map<String, Object> message = Json.object(element);
            String role = Json.string(message.get("role"));
            if (!ROLES.contains(role)) {
                return "A message has the unknown role '" + role + "'.";
            }
            if (role.equals("tool")) {
                if (!open.remove(Json.string(message.get("tool_call_id")))) {
                    return "A message with role 'tool' must answer a call of the preceding 'tool_calls'.";
                }
                continue;
            }
            if (!open.isEmpty()) {
                return "'tool_calls' must be followed by a tool message for each of " + open + ".";
            }
            for (Object call : Json.list(message.get("tool_calls"))) {
                if (!(Json.object(Json.object(call).get("function")).get("arguments") instanceof String)) {
                    return "The 'arguments' of a call are a string.";
                }
                open.add(Json.string(Json.object(call).get("id")));
            }
            if (message.get("content") == null
                    && open.isEmpty()
                    && Json.string(message.get("refusal")).isEmpty()) {
                return "A message with role '" + role + "' needs 'content'.";
            }
        }
        return open.isEmpty() ? "" : "'tool_calls' must be followed by a tool message for each of " + open + ".";
    }
}
