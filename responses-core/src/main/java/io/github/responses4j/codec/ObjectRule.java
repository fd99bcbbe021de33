package io.github.responses4j.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** An object with members that keep rules of their own, asked in order; what no rule speaks of may be anything. */
final class ObjectRule implements FieldRule {
    private record Member(String name, FieldRule rule, boolean required) {}

    /** An object of which nothing else is known. */
    static final ObjectRule ANY = new ObjectRule(List.of());

    private final List<Member> members;

    private ObjectRule(List<Member> members) {
        this.members = members;
    }

    /** This rule, and one more member that must be there. */
    ObjectRule needs(String name, FieldRule rule) {
        return and(new Member(name, rule, true));
    }

    /** This rule, and one more member that may be absent or null. */
    ObjectRule may(String name, FieldRule rule) {
        return and(new Member(name, rule, false));
    }

    private ObjectRule and(Member member) {
        List<Member> more = new ArrayList<>(members);
        more.add(member);
        return new ObjectRule(List.copyOf(more));
    }

    @Override
    public void check(String path, JsonNode value) {
        FieldRule.object().check(path, value);
        for (Member member : members) {
            if (value.hasNonNull(member.name)) {
                member.rule.check(path + "." + member.name, value.path(member.name));
            } else if (member.required) {
                throw FieldRule.missing(path + "." + member.name);
            }
        }
    }
}
