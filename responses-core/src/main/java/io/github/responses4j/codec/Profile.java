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
 * @param flatLifecycle whether an event that carries the response also has the response's members beside it
 * @param openReasoningNames whether raw reasoning is told as {@code response.reasoning.*}, as Open Responses names it, and not as
 *     {@code response.reasoning_text.*}
 * @param createdMember whether a response tells its time as {@code created} too, beside {@code created_at}
 * @param backgroundAlias whether a background response is answered with status 202, and is called {@code req_…} until it has ended
 * @param createUnknownConversations whether a conversation that a request names and that does not exist is created
 * @param unknownPreviousIs404 whether a response that continues an unknown one gets 404 {@code not_found_error}, and not 400
 *     {@code previous_response_not_found}
 * @param strict whether members that are unknown, or that the backend cannot honour, are refused, and not only reported
 * @param approvalByDefault whether the tools of an MCP server need an approval if the request does not say
 * @param failOnToolListing whether a response fails if an MCP server does not list its tools
 * @param showHostedTools whether calls of tools that the engine runs, and their outputs, are shown
 * @param cancelOnDisconnect whether a response ends when its caller goes away while it waits for the answer
 */
public record Profile(
        String name,
        boolean inheritInstructions,
        boolean liftSystemMessages,
        boolean doneMarker,
        boolean eventLines,
        boolean flatLifecycle,
        boolean openReasoningNames,
        boolean createdMember,
        boolean backgroundAlias,
        boolean createUnknownConversations,
        boolean unknownPreviousIs404,
        boolean strict,
        boolean approvalByDefault,
        boolean failOnToolListing,
        boolean showHostedTools,
        boolean cancelOnDisconnect) {
    /** What suits most clients. */
    public static final Profile DEFAULT = new Builder("default").build();

    /** As close to OpenAI's own service as can be. */
    public static final Profile OPENAI = DEFAULT.toBuilder()
            .name("openai")
            .inheritInstructions(false)
            .liftSystemMessages(false)
            .doneMarker(false)
            .build();

    /** The Open Responses specification, edition 2026-04-24. */
    public static final Profile OPEN_RESPONSES = DEFAULT.toBuilder()
            .name("open-responses")
            .inheritInstructions(false)
            .liftSystemMessages(false)
            .openReasoningNames(true)
            .build();

    /** The stateful Responses API of Aleph Alpha. */
    public static final Profile ALEPH_ALPHA = DEFAULT.toBuilder()
            .name("aleph-alpha")
            .eventLines(false)
            .backgroundAlias(true)
            .createUnknownConversations(true)
            .unknownPreviousIs404(true)
            .build();

    /** The OpenResponses server written in Elixir. */
    public static final Profile ELIXIR = DEFAULT.toBuilder()
            .name("elixir")
            .flatLifecycle(true)
            .showHostedTools(false)
            .build();

    /** A gateway that documents {@code POST /v1/responses} with the sampling options of its providers. */
    public static final Profile GATEWAY = DEFAULT.toBuilder().name("gateway").build();

    /** The Responses API of Bud. */
    public static final Profile BUD = DEFAULT.toBuilder()
            .name("bud")
            .createdMember(true)
            .approvalByDefault(false)
            .failOnToolListing(false)
            .build();

    /** All profiles. */
    public static final List<Profile> ALL = List.of(DEFAULT, OPENAI, OPEN_RESPONSES, ALEPH_ALPHA, ELIXIR, GATEWAY, BUD);

    private static final String STRICT = "+strict";

    /**
     * The profile of a name. With {@code +strict} after the name it is the same profile, but {@linkplain #strict() strict}.
     *
     * @throws IllegalArgumentException if there is none; the message tells the names
     */
    public static Profile named(String name) {
        boolean strict = name.endsWith(STRICT);
        String plain = strict ? name.substring(0, name.length() - STRICT.length()) : name;
        Profile found = ALL.stream()
                .filter(profile -> profile.name.equals(plain))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no profile '" + name + "'; there are "
                        + String.join(", ", ALL.stream().map(Profile::name).toList()) + ", each also with " + STRICT));
        return strict ? found.toBuilder().name(name).strict(true).build() : found;
    }

    /** A builder that starts with this profile's switches. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Builds a {@link Profile}; for one thread. */
    public static final class Builder {
        private String name;
        private boolean inheritInstructions = true;
        private boolean liftSystemMessages = true;
        private boolean doneMarker = true;
        private boolean eventLines = true;
        private boolean flatLifecycle;
        private boolean openReasoningNames;
        private boolean createdMember;
        private boolean backgroundAlias;
        private boolean createUnknownConversations;
        private boolean unknownPreviousIs404;
        private boolean strict;
        private boolean approvalByDefault = true;
        private boolean failOnToolListing = true;
        private boolean showHostedTools = true;
        private boolean cancelOnDisconnect = true;

        private Builder(String name) {
            this.name = name;
        }

        private Builder(Profile profile) {
            this.name = profile.name;
            this.inheritInstructions = profile.inheritInstructions;
            this.liftSystemMessages = profile.liftSystemMessages;
            this.doneMarker = profile.doneMarker;
            this.eventLines = profile.eventLines;
            this.flatLifecycle = profile.flatLifecycle;
            this.openReasoningNames = profile.openReasoningNames;
            this.createdMember = profile.createdMember;
            this.backgroundAlias = profile.backgroundAlias;
            this.createUnknownConversations = profile.createUnknownConversations;
            this.unknownPreviousIs404 = profile.unknownPreviousIs404;
            this.strict = profile.strict;
            this.approvalByDefault = profile.approvalByDefault;
            this.failOnToolListing = profile.failOnToolListing;
            this.showHostedTools = profile.showHostedTools;
            this.cancelOnDisconnect = profile.cancelOnDisconnect;
        }

        /** Sets {@link Profile#name()}. */
        public Builder name(String value) {
            this.name = value;
            return this;
        }

        /** Sets {@link Profile#inheritInstructions()}. */
        public Builder inheritInstructions(boolean on) {
            this.inheritInstructions = on;
            return this;
        }

        /** Sets {@link Profile#liftSystemMessages()}. */
        public Builder liftSystemMessages(boolean on) {
            this.liftSystemMessages = on;
            return this;
        }

        /** Sets {@link Profile#doneMarker()}. */
        public Builder doneMarker(boolean on) {
            this.doneMarker = on;
            return this;
        }

        /** Sets {@link Profile#eventLines()}. */
        public Builder eventLines(boolean on) {
            this.eventLines = on;
            return this;
        }

        /** Sets {@link Profile#flatLifecycle()}. */
        public Builder flatLifecycle(boolean on) {
            this.flatLifecycle = on;
            return this;
        }

        /** Sets {@link Profile#openReasoningNames()}. */
        public Builder openReasoningNames(boolean on) {
            this.openReasoningNames = on;
            return this;
        }

        /** Sets {@link Profile#createdMember()}. */
        public Builder createdMember(boolean on) {
            this.createdMember = on;
            return this;
        }

        /** Sets {@link Profile#backgroundAlias()}. */
        public Builder backgroundAlias(boolean on) {
            this.backgroundAlias = on;
            return this;
        }

        /** Sets {@link Profile#createUnknownConversations()}. */
        public Builder createUnknownConversations(boolean on) {
            this.createUnknownConversations = on;
            return this;
        }

        /** Sets {@link Profile#unknownPreviousIs404()}. */
        public Builder unknownPreviousIs404(boolean on) {
            this.unknownPreviousIs404 = on;
            return this;
        }

        /** Sets {@link Profile#strict()}. */
        public Builder strict(boolean on) {
            this.strict = on;
            return this;
        }

        /** Sets {@link Profile#approvalByDefault()}. */
        public Builder approvalByDefault(boolean on) {
            this.approvalByDefault = on;
            return this;
        }

        /** Sets {@link Profile#failOnToolListing()}. */
        public Builder failOnToolListing(boolean on) {
            this.failOnToolListing = on;
            return this;
        }

        /** Sets {@link Profile#showHostedTools()}. */
        public Builder showHostedTools(boolean on) {
            this.showHostedTools = on;
            return this;
        }

        /** Sets {@link Profile#cancelOnDisconnect()}. */
        public Builder cancelOnDisconnect(boolean on) {
            this.cancelOnDisconnect = on;
            return this;
        }

        /** The profile so far; the builder may go on. */
        public Profile build() {
            return new Profile(
                    name,
                    inheritInstructions,
                    liftSystemMessages,
                    doneMarker,
                    eventLines,
                    flatLifecycle,
                    openReasoningNames,
                    createdMember,
                    backgroundAlias,
                    createUnknownConversations,
                    unknownPreviousIs404,
                    strict,
                    approvalByDefault,
                    failOnToolListing,
                    showHostedTools,
                    cancelOnDisconnect);
        }
    }
}
