package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A content or summary part while its stream is read. */
final class TrackedPart {

    final int index;
    final String type;
    final @Nullable PartKind kind;
    final StringBuilder text = new StringBuilder();
    final List<JsonNode> annotations = new ArrayList<>();

    /** What may come next in the part. */
    Grammar order;

    boolean open = true;

    /** Whether an event of the part was wrong already, so that its sums mean nothing. */
    boolean spoilt;

    /** The part as its done event says it; missing until then. */
    JsonNode done = MissingNode.getInstance();

    TrackedPart(int index, JsonNode added) {
        this.index = index;
        type = added.path("type").asText();
        kind = PartKind.of(type);
        order = kind == null ? Grammar.END : kind.order();
    }
}
