package io.github.responses4j.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;

/** The packages right below a base, bottom first. */
record Rooms(String base, List<String> order) {

    /** Every class lives in one of the rooms and uses only its own room and those before it. */
    ArchRule areInOrder() {
        return classes()
                .that(describe("live below " + base, this::isInside))
                .should(new ArchCondition<>("use only the rooms up to their own in " + order) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        if (floor(type) < 0) {
                            events.add(SimpleConditionEvent.violated(type, type.getName() + " lives in no known room"));
                            return;
                        }
                        for (Dependency use : type.getDirectDependenciesFromSelf()) {
                            JavaClass target = use.getTargetClass();
                            if (isInside(target) && floor(target) > floor(type)) {
                                events.add(SimpleConditionEvent.violated(use, use.getDescription()));
                            }
                        }
                    }
                });
    }

    /** The packages use each other in one direction only. */
    ArchRule haveNoCycles() {
        return slices().matching(base + ".(**)").should().beFreeOfCycles();
    }

    private boolean isInside(JavaClass type) {
        return type.getPackageName().startsWith(base + ".");
    }

    private int floor(JavaClass type) {
        return order.indexOf(type.getPackageName().substring(base.length() + 1));
    }
}
