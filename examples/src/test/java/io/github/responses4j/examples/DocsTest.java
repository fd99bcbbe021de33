package io.github.responses4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every Java listing in the documentation is a region of a source file that the build compiles and runs, every configuration a file that its
 * program has read; every link leads somewhere.
 */
class DocsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LISTING =
            Pattern.compile("(?:<!-- (\\S+) -->\\n)?```(java|nginx)\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");

    @TestFactory
    List<DynamicTest> everyListingIsCompiled() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages()) {
            Matcher listing = LISTING.matcher(Files.readString(page));
            while (listing.find()) {
                String source = listing.group(1);
                boolean whole = !listing.group(2).equals("java");
                String text = listing.group(3);
                tests.add(DynamicTest.dynamicTest(page.getFileName() + ": " + source, () -> {
                    assertThat(source).as("a listing names its source file").isNotNull();
                    Path file = ROOT.resolve(source);
                    assertThat(text).isEqualTo(whole ? Files.readString(file) : region(file));
                }));
            }
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    @TestFactory
    List<DynamicTest> everyLinkLeadsSomewhere() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (Path page : pages()) {
            Matcher link = LINK.matcher(Files.readString(page));
            while (link.find()) {
                Path target = page.resolveSibling(link.group(1)).normalize();
                tests.add(DynamicTest.dynamicTest(
                        page.getFileName() + " -> " + link.group(1),
                        () -> assertThat(target).exists()));
            }
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            Stream.concat(top, docs)
                    .filter(path -> path.toString().endsWith(".md"))
                    .sorted()
                    .forEach(pages::add);
        }
        return pages;
    }

    /** The lines between the region's marks, without their common indentation. */
    private static String region(Path source) throws IOException {
        List<String> lines = Files.readAllLines(source);
        List<String> region = new ArrayList<>();
        boolean inside = false;
        for (String line : lines) {
            if (line.strip().equals("// [/readme]")) {
                inside = false;
            }
            if (inside) {
                region.add(line);
            }
            if (line.strip().equals("// [readme]")) {
                inside = true;
            }
        }
        return String.join("\n", region).stripIndent() + "\n";
    }
}
