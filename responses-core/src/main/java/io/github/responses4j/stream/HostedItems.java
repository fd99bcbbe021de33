package io.github.responses4j.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.responses4j.event.CodeInterpreterCallCodeDelta;
import io.github.responses4j.event.CodeInterpreterCallCodeDone;
import io.github.responses4j.event.ItemProgress;
import io.github.responses4j.event.McpCallArgumentsDelta;
import io.github.responses4j.event.McpCallArgumentsDone;
import io.github.responses4j.event.OutputItemAdded;
import io.github.responses4j.event.OutputItemDone;
import io.github.responses4j.event.PartialImage;
import io.github.responses4j.event.Place;
import io.github.responses4j.event.ShellProgress;
import io.github.responses4j.item.Compaction;
import io.github.responses4j.item.Item;
import io.github.responses4j.item.ItemStatus;
import io.github.responses4j.item.ItemTypes;
import io.github.responses4j.item.McpCall;
import io.github.responses4j.item.McpListTools;
import io.github.responses4j.json.JsonObject;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Items of tools, which come whole, told as if they had just happened: added with nothing that is known only at the end, then the steps of
 * their kind, then done (OpenAI Responses API, streaming).
 */
final class HostedItems {
    /** Kinds that clients expect to have a status (OpenAI Responses API, items). */
    private static final Set<String> WITH_STATUS = Set.of(
            ItemTypes.WEB_SEARCH_CALL,
            ItemTypes.FILE_SEARCH_CALL,
            ItemTypes.CODE_INTERPRETER_CALL,
            ItemTypes.IMAGE_GENERATION_CALL,
            ItemTypes.COMPUTER_CALL,
            ItemTypes.COMPUTER_CALL_OUTPUT,
            ItemTypes.LOCAL_SHELL_CALL,
            ItemTypes.SHELL_CALL,
            ItemTypes.SHELL_CALL_OUTPUT,
            ItemTypes.APPLY_PATCH_CALL,
            ItemTypes.APPLY_PATCH_CALL_OUTPUT,
            ItemTypes.TOOL_SEARCH_CALL,
            ItemTypes.TOOL_SEARCH_OUTPUT);

    /** Statuses of an item that is not whole. An image may end while it is still called {@code generating}. */
    private static final Set<String> UNDER_WAY = Set.of("in_progress", "searching", "interpreting", "calling");

    private final Item item;
    private final Place place;
    private final OpenItem.Emitter out;

    private HostedItems(Item item, Place place, OpenItem.Emitter out) {
        this.item = item;
        this.place = place;
        this.out = out;
    }

    /** The item with the status of one that is whole. */
    static Item ended(Item item) {
        String status = item.json().string("status");
        boolean open = status == null ? WITH_STATUS.contains(item.type()) : UNDER_WAY.contains(status);
        if (!open) {
            return item;
        }
        ItemStatus end = item.json().isAbsentOrNull("error") ? ItemStatus.COMPLETED : ItemStatus.FAILED;
        return Item.of(item.json().with("status", end.wire()));
    }

    /** Tells of an item that has an id. */
    static void tell(Item item, List<JsonObject> previews, int outputIndex, OpenItem.Emitter out) {
        Place place = Place.item(Objects.requireNonNull(item.id()), outputIndex);
        Item preliminary = Item.of(preliminary(item));
        out.emit(number -> OutputItemAdded.of(number, outputIndex, preliminary));
        new HostedItems(item, place, out).steps(previews);
        out.emit(number -> OutputItemDone.of(number, outputIndex, item));
    }

    private static JsonObject preliminary(Item item) {
        JsonObject json = item.json();
        if (json.has("status")) {
            json = json.with("status", ItemStatus.IN_PROGRESS.wire());
        }
        ArrayNode none = JsonNodeFactory.instance.arrayNode();
        return switch (item.type()) {
            case McpListTools.TYPE -> json.without("error").with("tools", none);
            case McpCall.TYPE ->
                json.toBuilder()
                        .put("arguments", "")
                        .putNull("output")
                        .putNull("error")
                        .build();
            case ItemTypes.WEB_SEARCH_CALL -> json.without("action");
            case ItemTypes.FILE_SEARCH_CALL ->
                json.toBuilder().put("queries", none).putNull("results").build();
            case ItemTypes.CODE_INTERPRETER_CALL ->
                json.toBuilder().put("code", "").putNull("outputs").build();
            case ItemTypes.IMAGE_GENERATION_CALL -> json.without("result");
            case ItemTypes.SHELL_CALL -> {
                JsonObject action = json.object("action");
                yield action == null
                        ? json
                        : json.toBuilder()
                                .put("action", action.with("commands", none))
                                .build();
            }
            case ItemTypes.SHELL_CALL_OUTPUT -> json.with("output", none);
            case ItemTypes.TOOL_SEARCH_CALL ->
                json.toBuilder().put("arguments", JsonObject.EMPTY).build();
            case ItemTypes.TOOL_SEARCH_OUTPUT -> json.with("tools", none);
            case Compaction.TYPE -> json.with("encrypted_content", "");
            default -> json;
        };
    }

    private void steps(List<JsonObject> previews) {
        switch (item.type()) {
            case McpListTools.TYPE -> {
                progress(ItemProgress.MCP_LIST_TOOLS_IN_PROGRESS);
                progress(hasFailed() ? ItemProgress.MCP_LIST_TOOLS_FAILED : ItemProgress.MCP_LIST_TOOLS_COMPLETED);
            }
            case McpCall.TYPE -> {
                String arguments = item.json().string("arguments", "");
                progress(ItemProgress.MCP_CALL_IN_PROGRESS);
                out.emit(number -> new McpCallArgumentsDelta(number, place, arguments, JsonObject.EMPTY));
                out.emit(number -> McpCallArgumentsDone.of(number, place, arguments));
                progress(hasFailed() ? ItemProgress.MCP_CALL_FAILED : ItemProgress.MCP_CALL_COMPLETED);
            }
            case ItemTypes.WEB_SEARCH_CALL -> {
                progress(ItemProgress.WEB_SEARCH_IN_PROGRESS);
                progress(ItemProgress.WEB_SEARCH_SEARCHING);
                completed(ItemProgress.WEB_SEARCH_COMPLETED);
            }
            case ItemTypes.FILE_SEARCH_CALL -> {
                progress(ItemProgress.FILE_SEARCH_IN_PROGRESS);
                progress(ItemProgress.FILE_SEARCH_SEARCHING);
                completed(ItemProgress.FILE_SEARCH_COMPLETED);
            }
            case ItemTypes.CODE_INTERPRETER_CALL -> code();
            case ItemTypes.IMAGE_GENERATION_CALL -> {
                progress(ItemProgress.IMAGE_GENERATION_IN_PROGRESS);
                progress(ItemProgress.IMAGE_GENERATION_GENERATING);
                previews.forEach(image -> out.emit(number -> PartialImage.of(number, place, image)));
                completed(ItemProgress.IMAGE_GENERATION_COMPLETED);
            }
            case ItemTypes.SHELL_CALL -> commands();
            case ItemTypes.SHELL_CALL_OUTPUT -> outputs();
            default -> {
                // Added and done is all there is to tell.
            }
        }
    }

    private void code() {
        String code = item.json().string("code", "");
        progress(ItemProgress.CODE_INTERPRETER_IN_PROGRESS);
        if (!code.isEmpty()) {
            out.emit(number -> new CodeInterpreterCallCodeDelta(number, place, code, JsonObject.EMPTY));
        }
        out.emit(number -> CodeInterpreterCallCodeDone.of(number, place, code));
        progress(ItemProgress.CODE_INTERPRETER_INTERPRETING);
        completed(ItemProgress.CODE_INTERPRETER_COMPLETED);
    }

    private void commands() {
        JsonObject action = item.json().object("action");
        List<String> commands = action == null ? List.of() : action.strings("commands");
        for (int i = 0; i < commands.size(); i++) {
            Place where = new Place(place.itemId(), place.outputIndex(), i);
            String command = commands.get(i);
            out.emit(number -> ShellProgress.command(ShellProgress.COMMAND_ADDED, number, where, ""));
            if (!command.isEmpty()) {
                out.emit(number -> ShellProgress.command(ShellProgress.COMMAND_DELTA, number, where, command));
            }
            out.emit(number -> ShellProgress.command(ShellProgress.COMMAND_DONE, number, where, command));
        }
    }

    private void outputs() {
        List<JsonObject> outputs = item.json().objects("output");
        for (int i = 0; i < outputs.size(); i++) {
            Place where = new Place(place.itemId(), place.outputIndex(), i);
            ObjectNode said = JsonNodeFactory.instance.objectNode();
            for (String stream : List.of("stdout", "stderr")) {
                String text = outputs.get(i).string(stream, "");
                if (!text.isEmpty()) {
                    said.put(stream, text);
                }
            }
            if (!said.isEmpty()) {
                out.emit(number -> ShellProgress.output(ShellProgress.OUTPUT_DELTA, number, where, said));
            }
            JsonNode whole =
                    JsonNodeFactory.instance.arrayNode().add(outputs.get(i).toNode());
            out.emit(number -> ShellProgress.output(ShellProgress.OUTPUT_DONE, number, where, whole));
        }
    }

    private boolean hasFailed() {
        return !item.json().isAbsentOrNull("error") || item.status() == ItemStatus.FAILED;
    }

    /** Says that the item's tool has done its work, unless it has not: no event of these kinds says so. */
    private void completed(String type) {
        if (!hasFailed() && item.status() != ItemStatus.INCOMPLETE) {
            progress(type);
        }
    }

    private void progress(String type) {
        out.emit(number -> ItemProgress.of(type, number, place));
    }
}
