package io.github.responses4j.testkit;

/**
 * The numbered rules that a Responses stream keeps. {@code G} rules speak of events, {@code S} rules of the bytes of a
 * server-sent event stream. The names are stable: tests and reports cite them.
 *
 * <pre>
 * response := created queued? in_progress item* end
 * item     := output_item.added part* output_item.done
 * part     := content_part.added delta* text.done content_part.done | arguments.delta* arguments.done
 * end      := completed | incomplete | error? failed           (events of unknown type may stand before the end)
 * </pre>
 */
public enum StreamRule {
    /** The first event is {@code response.created}. */
    G1("the first event is response.created"),
    /** Sequence numbers. */
    G2("every event has sequence_number: 0, 1, 2 … without a gap"),
    /** The end. */
    G3("exactly one of response.completed, .incomplete, .failed, and it is the last event"),
    /** The head. */
    G4("created, queued (if the response was created queued), in_progress come once, in this order, before any item"),
    /** Places of items. */
    G5("output_index counts 0, 1, 2 …; items never interleave, except mcp_list_tools among themselves"),
    /** Nesting. */
    G6("a delta stands inside its open part, a part inside its open item; what opens is closed before what is around"),
    /** Sums. */
    G7("what a done event, part or item says equals what was streamed before it"),
    /** Identity. */
    G8("output_item.done names the same item as its output_item.added; item ids and call ids are unique"),
    /** Item status. */
    G9("a done item has an end status; an incomplete item is the last, and the response is then not completed"),
    /** The terminal response. */
    G10("the terminal response.output equals the done items in order; all events name one response id"),
    /** Item grammar. */
    G11("an item starts with zero values and its own events come in the order of its kind"),
    /** Places inside an item. */
    G12("content_index, summary_index, annotation_index and command_index count 0, 1, 2 …"),
    /** Fields. */
    G13("an event is one JSON object with all fields of its type, each of the right JSON type"),
    /** Response state. */
    G14("status, error, incomplete_details, completed_at, usage and output of a response fit the event and each other"),
    /** Errors. */
    G15("only an error event has a top-level error key, and only response.failed follows it"),
    /** Unknown events. */
    G16("an event of unknown type is named response.… or slug:…"),
    /** Event line. */
    S1("the event line equals the type in the data"),
    /** Framing. */
    S2("lines end with \\n only, and a frame has exactly one data line"),
    /** Other lines. */
    S3("there are no id:, retry: or unknown lines"),
    /** End marker. */
    S4("data: [DONE] comes as the options ask, at most once, bare, and as the very last frame"),
    /** Encoding. */
    S5("the bytes are valid UTF-8 without a byte order mark; comments are allowed"),
    /** Completeness. */
    S6("the stream ends at a frame boundary");

    private final String statement;

    StreamRule(String statement) {
        this.statement = statement;
    }

    /**
     * Says the rule in one line.
     *
     * @return what a valid stream does, for people
     */
    public String statement() {
        return statement;
    }
}
