package io.github.responses4j.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Which members an object has, and what they are. Other members are free. Immutable. */
final class Shape implements ShapeCheck {
    private record Member(boolean required, ShapeCheck check) {}

    private static final Pattern EXTENSION = Pattern.compile("[A-Za-z0-9_.-]+:.+");

    static final ShapeCheck ANY = (path, value, problems) -> {};

    private final Map<String, Member> members;

    private Shape(Map<String, Member> members) {
        this.members = members;
    }

    static Shape object() {
        return new Shape(Map.of());
    }

    /** The same with one more member, which must be there. */
    Shape with(String name, ShapeCheck check) {
        return plus(name, new Member(true, check));
    }

    /** The same with one more member, which must be there. */
    Shape with(String name, JsonKind kind) {
        return with(name, is(kind));
    }

    /** The same with one more member, which may be absent. */
    Shape maybe(String name, ShapeCheck check) {
        return plus(name, new Member(false, check));
    }

    /** The same with one more member, which may be absent. */
    Shape maybe(String name, JsonKind kind) {
        return maybe(name, is(kind));
    }

    private Shape plus(String name, Member member) {
        Map<String, Member> more = new LinkedHashMap<>(members);
        more.put(name, member);
        return new Shape(more);
    }

    /** What is wrong with a value; nothing if all is well. */
    List<String> problems(String path, JsonNode value) {
        List<String> problems = new ArrayList<>();
        check(path, value, problems);
        return problems;
    }

    @Override
    public void check(String path, JsonNode value, List<String> problems) {
        if (!value.isObject()) {
            problems.add(path + " must be an object, is " + Json.brief(value));
            return;
        }
        members.forEach((name, member) -> {
            if (value.has(name)) {
                member.check.check(path + "." + name, value.path(name), problems);
            } else if (member.required) {
                problems.add(path + "." + name + " is absent");
            }
        });
    }

    static ShapeCheck is(JsonKind kind) {
        return (path, value, problems) -> {
            if (!kind.fits(value)) {
                problems.add(path + " must be " + kind.words() + ", is " + Json.brief(value));
            }
        };
    }

    static ShapeCheck orNull(ShapeCheck check) {
        return (path, value, problems) -> {
            if (!value.isNull()) {
                check.check(path, value, problems);
            }
        };
    }

    static ShapeCheck listOf(ShapeCheck element) {
        return (path, value, problems) -> {
            if (!value.isArray()) {
                problems.add(path + " must be an array, is " + Json.brief(value));
            }
            for (int i = 0; i < value.size(); i++) {
                element.check(path + "[" + i + "]", value.path(i), problems);
            }
        };
    }

    static ShapeCheck oneOf(String... words) {
        List<String> all = List.of(words);
        return (path, value, problems) -> {
            if (!value.isTextual() || !all.contains(value.textValue())) {
                problems.add(path + " must be one of " + all + ", is " + Json.brief(value));
            }
        };
    }

    /** Text is checked by the one, anything else by the other. */
    static ShapeCheck textOr(ShapeCheck text, ShapeCheck other) {
        return (path, value, problems) -> (value.isTextual() ? text : other).check(path, value, problems);
    }

    /** Chooses by the member {@code type}. A type with a prefix, {@code acme:thing}, is somebody's extension and free. */
    static ShapeCheck byType(Map<String, ? extends ShapeCheck> kinds) {
        return (path, value, problems) -> {
            String type = value.path("type").asText();
            ShapeCheck check = kinds.get(type);
            if (check != null) {
                check.check(path, value, problems);
            } else if (!EXTENSION.matcher(type).matches()) {
                problems.add(path + ".type is not one of the known ones and has no prefix: "
                        + Json.brief(value.path("type")));
            }
        };
    }
}
