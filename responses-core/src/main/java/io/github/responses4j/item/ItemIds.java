package io.github.responses4j.item;

import java.util.Map;

/** The prefixes by which ids tell what they name. */
public final class ItemIds {
    /** The prefix of a response's id. */
    public static final String RESPONSE = "resp";

    private static final Map<String, String> PREFIXES = Map.ofEntries(
            Map.entry(Message.TYPE, "msg"),
            Map.entry(FunctionCall.TYPE, "fc"),
            Map.entry(FunctionCallOutput.TYPE, "fco"),
            Map.entry(CustomToolCall.TYPE, "ctc"),
            Map.entry(CustomToolCallOutput.TYPE, "ctco"),
            Map.entry(Reasoning.TYPE, "rs"),
            Map.entry(Compaction.TYPE, "cmp"),
            Map.entry(McpListTools.TYPE, "mcpl"),
            Map.entry(McpCall.TYPE, "mcp"),
            Map.entry(McpApprovalRequest.TYPE, "mcpr"),
            Map.entry(McpApprovalResponse.TYPE, "mcpa"));

    private ItemIds() {}

    /** The prefix for items of a kind, such as {@code msg}; {@code item} for kinds that this version does not know. */
    public static String prefix(String type) {
        return PREFIXES.getOrDefault(type, "item");
    }

    /** The item, with a new id if it has none. */
    public static Item withId(Item item, IdGenerator ids) {
        return item.id() == null ? item.withId(ids.next(prefix(item.type()))) : item;
    }
}
