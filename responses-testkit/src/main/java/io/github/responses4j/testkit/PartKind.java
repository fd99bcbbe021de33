package io.github.responses4j.testkit;

import static io.github.responses4j.testkit.Field.required;
import static io.github.responses4j.testkit.Grammar.either;
import static io.github.responses4j.testkit.Grammar.many;
import static io.github.responses4j.testkit.Grammar.one;
import static io.github.responses4j.testkit.Grammar.sequence;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One type of content or summary part.
 *
 * @param grows the text field that deltas extend
 * @param lists arrays that start empty
 * @param order the order of its events
 * @param homes the item types in which it may stand, each with the array it stands in, as {@code item.array}
 */
record PartKind(String grows, List<String> lists, Grammar order, Set<String> homes) {

    private static final Map<String, PartKind> BY_TYPE = Map.of(
            "output_text",
                    new PartKind(
                            "text",
                            List.of("annotations", "logprobs"),
                            sequence(
                                    many(either("output_text.delta", "output_text.annotation.added")),
                                    one("output_text.done")),
                            Set.of("message.content")),
            "refusal",
                    new PartKind(
                            "refusal",
                            List.of(),
                            sequence(many("refusal.delta"), one("refusal.done")),
                            Set.of("message.content")),
            "reasoning_text",
                    new PartKind(
                            "text",
                            List.of(),
                            either(
                                    sequence(many("reasoning_text.delta"), one("reasoning_text.done")),
                                    sequence(many("reasoning.delta"), one("reasoning.done"))),
                            Set.of("reasoning.content")),
            "summary_text",
                    new PartKind(
                            "text",
                            List.of(),
                            sequence(many("reasoning_summary_text.delta"), one("reasoning_summary_text.done")),
                            Set.of("reasoning.summary")));

    private static final Map<String, List<Field>> ANNOTATIONS = Map.of(
            "file_citation",
                    List.of(
                            required("file_id", JsonKind.STRING),
                            required("filename", JsonKind.STRING),
                            required("index", JsonKind.INDEX)),
            "url_citation",
                    List.of(
                            required("url", JsonKind.STRING),
                            required("title", JsonKind.STRING),
                            required("start_index", JsonKind.INDEX),
                            required("end_index", JsonKind.INDEX)),
            "container_file_citation",
                    List.of(
                            required("container_id", JsonKind.STRING),
                            required("file_id", JsonKind.STRING),
                            required("filename", JsonKind.STRING),
                            required("start_index", JsonKind.INDEX),
                            required("end_index", JsonKind.INDEX)),
            "file_path", List.of(required("file_id", JsonKind.STRING), required("index", JsonKind.INDEX)));

    /** The kind of a type, or null if the wire tables do not know it. */
    static @Nullable PartKind of(String type) {
        return BY_TYPE.get(type);
    }

    /** The fields of an annotation, beside its type. */
    static List<Field> annotation(String type) {
        return ANNOTATIONS.getOrDefault(type, List.of());
    }

    /** Checks the fields of a part (G13). */
    static boolean check(Event event, Violations violations) {
        boolean good =
                Field.check(List.of(required("type", JsonKind.NAME)), event.path("part"), "part.", event, violations);
        PartKind kind = of(event.path("part").path("type").asText());
        if (kind == null) {
            return good;
        }
        good &= Field.check(
                List.of(required(kind.grows, JsonKind.STRING)), event.path("part"), "part.", event, violations);
        for (String list : kind.lists) {
            good &= Field.check(
                    List.of(required(list, JsonKind.ARRAY)), event.path("part"), "part.", event, violations);
        }
        return good;
    }
}
