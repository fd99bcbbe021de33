package io.github.responses4j.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;
import java.util.Timer;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/** What a class must be given instead of reaching for it. */
enum Outside {
    /** The machine's time; a {@link java.time.Clock} is how it comes in. */
    TIME(access -> isOf(System.class, access) && isAnyOf(access, "currentTimeMillis", "nanoTime")
            || access.getTargetOwner().getPackageName().equals("java.time")
                    && isAnyOf(access, "now")
                    && !access.getTarget().getFullName().endsWith("(java.time.Clock)")),

    /** Random ids. */
    IDS(access -> isOf(UUID.class, access) && isAnyOf(access, "randomUUID")),

    /** The environment of the process. */
    SETTINGS(access -> isOf(System.class, access) && isAnyOf(access, "getenv")),

    /** Threads, and what makes them. */
    THREADS(access -> access.getTargetOwner().isAssignableTo(Thread.class) && isConstructor(access)
            || isOf(Timer.class, access) && isConstructor(access)
            || isOf(Executors.class, access) && access.getName().startsWith("new")),

    /** Sleep: a wait ends with what it waits for. */
    SLEEP(access -> isOf(Thread.class, access) && isAnyOf(access, "sleep"));

    @SuppressWarnings("ImmutableEnumChecker") // every constant is a lambda without state
    private final Predicate<JavaAccess<?>> reach;

    Outside(Predicate<JavaAccess<?>> reach) {
        this.reach = reach;
    }

    /** The rule that nobody reaches for this, apart from the top-level classes named in {@code allowed}. */
    ArchRule comesFromOutside(Set<String> allowed) {
        return noClasses()
                .that(describe("are not among " + allowed, type -> !allowed.contains(outermost(type))))
                .should()
                .accessTargetWhere(describe("takes " + name() + " for itself", reach));
    }

    private static String outermost(JavaClass type) {
        return type.getEnclosingClass().map(Outside::outermost).orElseGet(type::getName);
    }

    private static boolean isOf(Class<?> owner, JavaAccess<?> access) {
        return access.getTargetOwner().isEquivalentTo(owner);
    }

    private static boolean isAnyOf(JavaAccess<?> access, String... names) {
        return Set.of(names).contains(access.getName());
    }

    private static boolean isConstructor(JavaAccess<?> access) {
        return access.getName().equals("<init>");
    }
}
