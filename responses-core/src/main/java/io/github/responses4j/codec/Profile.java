package io.github.responses4j.codec;

import java.util.List;

/**
 * Where the sources of the Responses API disagree, a profile says which one to follow. Plain data; what goes in is read tolerantly in
 * every profile.
 *
 * @param name the profile's name, such as {@code default}
 * @param inheritInstructions whether a response that continues another one keeps its instructions
 * @param liftSystemMessages whether leading system and developer messages of an input without instructions become instructions, which
 *     are then inherited
 * @param doneMarker whether a stream ends with {@code data: [DONE]}
 * @param eventLines whether a frame has an {@code event:} line
 * @param openReasoningNames whether raw reasoning is told as {@code response.reasoning.*}, as Open Responses names it, and not as
 *     {@code response.reasoning_text.*}
 */
public record Profile(
        String name,
        boolean inheritInstructions,
        boolean liftSystemMessages,
        boolean doneMarker,
        boolean eventLines,
        boolean openReasoningNames) {
    /** What suits most clients. */
    public static final Profile DEFAULT = new Profile("default", true, true, true, true, false);

    /** As close to OpenAI's own service as can be. */
    public static final Profile OPENAI = new Profile("openai", false, false, false, true, false);

    /** The Open Responses specification, edition 2026-04-24. */
    public static final Profile OPEN_RESPONSES = new Profile("open-responses", false, false, true, true, true);

    /** All profiles. */
    public static final List<Profile> ALL = List.of(DEFAULT, OPENAI, OPEN_RESPONSES);

    /**
     * The profile of a name.
     *
     * @throws IllegalArgumentException if there is none; the message tells the names
     */
    public static Profile named(String name) {
        return ALL.stream()
                .filter(profile -> profile.name.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no profile '" + name + "'; there are "
                        + String.join(", ", ALL.stream().map(Profile::name).toList())));
    }
}
