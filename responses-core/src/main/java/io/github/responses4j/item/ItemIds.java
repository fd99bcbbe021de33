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
            Map.entry(McpApprovalResponse.TYPE, "mcpa"),
            Map.entry(ItemTypes.WEB_SEARCH_CALL, "ws"),
            Map.entry(ItemTypes.FILE_SEARCH_CALL, "fs"),
            Map.entry(ItemTypes.CODE_INTERPRETER_CALL, "ci"),
            Map.entry(ItemTypes.IMAGE_GENERATION_CALL, "ig"),
            Map.entry(ItemTypes.COMPUTER_CALL, "cu"),
            Map.entry(ItemTypes.COMPUTER_CALL_OUTPUT, "cuo"),
            Map.entry(ItemTypes.LOCAL_SHELL_CALL, "lsh"),
            Map.entry(ItemTypes.LOCAL_SHELL_CALL_OUTPUT, "lsho"),
            Map.entry(ItemTypes.SHELL_CALL, "sh"),
            Map.entry(ItemTypes.SHELL_CALL_OUTPUT, "sho"),
            Map.entry(ItemTypes.APPLY_PATCH_CALL, "apc"),
            Map.entry(ItemTypes.APPLY_PATCH_CALL_OUTPUT, "apco"),
            Map.entry(ItemTypes.TOOL_SEARCH_CALL, "tsc"),
            Map.entry(ItemTypes.TOOL_SEARCH_OUTPUT, "tso"),
            Map.entry(ItemTypes.ADDITIONAL_TOOLS, "at"),
            Map.entry(ItemTypes.COMPACTION_TRIGGER, "cmpt"),
            Map.entry(ItemTypes.PROGRAM, "prog"),
            Map.entry(ItemTypes.PROGRAM_OUTPUT, "progo"),
            Map.entry(ItemTypes.CONFIGURATION_UPDATE, "cfg"));

    private ItemIds() {}

    /** The prefix for items of a kind, such as {@code msg}; {@code item} for kinds that this version does not know. */
    public static String prefix(String type) {
        return PREFIXES.getOrDefault(type, "item");
    }

    /**
     * The item, with a new id if it has none. The output of a local shell, which bears the id of its call, gets one of its own and names the
     * call as other outputs do, by {@code call_id}: in a list of items each id stands for one item.
     */
    public static Item withId(Item item, IdGenerator ids) {
        String id = item.id();
        if (id != null
                && item.type().equals(ItemTypes.LOCAL_SHELL_CALL_OUTPUT)
                && item.json().isAbsentOrNull("call_id")) {
            return Item.of(item.json().with("call_id", id)).withId(ids.next(prefix(item.type())));
        }
        return item.id() == null ? item.withId(ids.next(prefix(item.type()))) : item;
    }
}
