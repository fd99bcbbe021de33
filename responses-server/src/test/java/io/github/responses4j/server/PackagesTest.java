package io.github.responses4j.server;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The packages of all modules together: the server sees them all. */
class PackagesTest {
    private static final String BASE = "io.github.responses4j";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(BASE);

    @Test
    void theModulesAreSeen() {
        assertThat(CLASSES)
                .extracting(JavaClass::getPackageName)
                .contains(BASE + ".store", BASE + ".item", BASE + ".testkit")
                .contains(BASE + ".backends", BASE + ".http", BASE + ".server");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(CLASSES);
    }
}
