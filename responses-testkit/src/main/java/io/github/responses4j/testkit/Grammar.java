package io.github.responses4j.testkit;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A regular grammar over event names that is followed one event at a time: {@link #after} is what may still come once
 * a name has been seen, so a stream of any length costs the same per event.
 */
sealed interface Grammar {

    /** Nothing more may come. */
    Grammar END = new Sequence(List.of());

    /** Not even nothing is right. */
    Grammar NEVER = new Choice(List.of());

    /** Whether it may stop here. */
    boolean mayEnd();

    /** What may follow {@code name}; {@link #NEVER} if the name may not come here. */
    Grammar after(String name);

    /** The names that may come next. */
    Set<String> next();

    /** Exactly this name. */
    static Grammar one(String name) {
        return new Name(name);
    }

    /** The name, any number of times. */
    static Grammar many(String name) {
        return new Repeat(one(name));
    }

    /** The choice, any number of times. */
    static Grammar many(Grammar grammar) {
        return new Repeat(grammar);
    }

    /** One of them. */
    static Grammar either(Grammar... choices) {
        return choice(List.of(choices));
    }

    /** One of these names. */
    static Grammar either(String first, String second) {
        return either(one(first), one(second));
    }

    /** The grammar, or nothing at all. */
    static Grammar optional(Grammar grammar) {
        return either(grammar, END);
    }

    /** One after the other. */
    static Grammar sequence(Grammar... steps) {
        Grammar all = END;
        for (int i = steps.length - 1; i >= 0; i--) {
            all = then(steps[i], all);
        }
        return all;
    }

    private static Grammar then(Grammar first, Grammar second) {
        if (first.equals(NEVER) || second.equals(NEVER)) {
            return NEVER;
        }
        if (first.equals(END)) {
            return second;
        }
        return second.equals(END) ? first : new Sequence(List.of(first, second));
    }

    private static Grammar choice(List<Grammar> choices) {
        Set<Grammar> distinct = new LinkedHashSet<>();
        for (Grammar choice : choices) {
            if (!choice.equals(NEVER)) {
                distinct.add(choice);
            }
        }
        return distinct.size() == 1 ? distinct.iterator().next() : new Choice(List.copyOf(distinct));
    }

    /** One name. */
    record Name(String name) implements Grammar {
        @Override
        public boolean mayEnd() {
            return false;
        }

        @Override
        public Grammar after(String seen) {
            return name.equals(seen) ? END : NEVER;
        }

        @Override
        public Set<String> next() {
            return Set.of(name);
        }
    }

    /** Any number of the same. */
    record Repeat(Grammar step) implements Grammar {
        @Override
        public boolean mayEnd() {
            return true;
        }

        @Override
        public Grammar after(String seen) {
            return then(step.after(seen), this);
        }

        @Override
        public Set<String> next() {
            return step.next();
        }
    }

    /** Alternatives; none is {@link #NEVER}. */
    record Choice(List<Grammar> choices) implements Grammar {
        @Override
        public boolean mayEnd() {
            return choices.stream().anyMatch(Grammar::mayEnd);
        }

        @Override
        public Grammar after(String seen) {
            return choice(choices.stream().map(choice -> choice.after(seen)).toList());
        }

        @Override
        public Set<String> next() {
            Set<String> names = new LinkedHashSet<>();
            choices.forEach(choice -> names.addAll(choice.next()));
            return names;
        }
    }

    /** Two steps, or none, which is {@link #END}. */
    record Sequence(List<Grammar> steps) implements Grammar {
        @Override
        public boolean mayEnd() {
            return steps.stream().allMatch(Grammar::mayEnd);
        }

        @Override
        public Grammar after(String seen) {
            if (steps.isEmpty()) {
                return NEVER;
            }
            Grammar first = steps.get(0);
            Grammar rest = steps.get(1);
            Grammar stayed = then(first.after(seen), rest);
            return first.mayEnd() ? choice(List.of(stayed, rest.after(seen))) : stayed;
        }

        @Override
        public Set<String> next() {
            Set<String> names = new LinkedHashSet<>();
            for (Grammar step : steps) {
                names.addAll(step.next());
                if (!step.mayEnd()) {
                    break;
                }
            }
            return names;
        }
    }
}
