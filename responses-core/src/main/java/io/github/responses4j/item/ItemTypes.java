package io.github.responses4j.item;

import java.util.Set;

/**
 * The wire names of kinds of items that have no class of their own: what tools of a server's or of a caller's leave behind (OpenAI
 * Responses API, items). Each is an {@link ExtensionItem}, kept whole.
 */
public final class ItemTypes {
    /** A search of the web by a server. */
    public static final String WEB_SEARCH_CALL = "web_search_call";

    /** A search in files by a server. */
    public static final String FILE_SEARCH_CALL = "file_search_call";

    /** Code that a server ran. */
    public static final String CODE_INTERPRETER_CALL = "code_interpreter_call";

    /** An image that a server made. */
    public static final String IMAGE_GENERATION_CALL = "image_generation_call";

    /** The model asks the caller to act on a screen. */
    public static final String COMPUTER_CALL = "computer_call";

    /** What the screen shows then. */
    public static final String COMPUTER_CALL_OUTPUT = "computer_call_output";

    /** The model asks the caller to run one command. */
    public static final String LOCAL_SHELL_CALL = "local_shell_call";

    /** What the command gave back. */
    public static final String LOCAL_SHELL_CALL_OUTPUT = "local_shell_call_output";

    /** The model asks for commands, of the caller or of a server. */
    public static final String SHELL_CALL = "shell_call";

    /** What the commands gave back. */
    public static final String SHELL_CALL_OUTPUT = "shell_call_output";

    /** The model asks the caller to change a file. */
    public static final String APPLY_PATCH_CALL = "apply_patch_call";

    /** What came of the change. */
    public static final String APPLY_PATCH_CALL_OUTPUT = "apply_patch_call_output";

    /** The model looks for tools. */
    public static final String TOOL_SEARCH_CALL = "tool_search_call";

    /** The tools that were found. */
    public static final String TOOL_SEARCH_OUTPUT = "tool_search_output";

    /** Tools that the caller offers from here on. */
    public static final String ADDITIONAL_TOOLS = "additional_tools";

    /** The caller wants the context made shorter here. */
    public static final String COMPACTION_TRIGGER = "compaction_trigger";

    /** A program that calls tools. */
    public static final String PROGRAM = "program";

    /** What the program gave back. */
    public static final String PROGRAM_OUTPUT = "program_output";

    /** Settings that changed from here on. */
    public static final String CONFIGURATION_UPDATE = "configuration_update";

    /** All of them. */
    public static final Set<String> ALL = Set.of(
            WEB_SEARCH_CALL,
            FILE_SEARCH_CALL,
            CODE_INTERPRETER_CALL,
            IMAGE_GENERATION_CALL,
            COMPUTER_CALL,
            COMPUTER_CALL_OUTPUT,
            LOCAL_SHELL_CALL,
            LOCAL_SHELL_CALL_OUTPUT,
            SHELL_CALL,
            SHELL_CALL_OUTPUT,
            APPLY_PATCH_CALL,
            APPLY_PATCH_CALL_OUTPUT,
            TOOL_SEARCH_CALL,
            TOOL_SEARCH_OUTPUT,
            ADDITIONAL_TOOLS,
            COMPACTION_TRIGGER,
            PROGRAM,
            PROGRAM_OUTPUT,
            CONFIGURATION_UPDATE);

    private ItemTypes() {}
}
