package io.github.responses4j.architecture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The modules of a checkout as their poms and sources say.
 *
 * @param root the folder of the parent pom
 */
record Floors(Path root) {
    private static final Pattern REACTIVE = Pattern.compile(
            "\\b(org\\.reactivestreams|reactor\\.core|io\\.reactivex|java\\.util\\.concurrent\\.Flow)\\b");

    /** The folders of the modules, in the order of the parent pom. */
    List<String> modules() {
        return texts(root.resolve("pom.xml"), "/project/modules/module");
    }

    /** What each module uses of the others, of any scope, beyond what {@code allowed} says. */
    List<String> breaches(Map<String, Set<String>> allowed) {
        List<String> breaches = new ArrayList<>();
        for (String module : modules()) {
            Set<String> floor = allowed.get(module);
            if (floor == null) {
                breaches.add(module + " stands on no floor");
                continue;
            }
            Path pom = root.resolve(module).resolve("pom.xml");
            for (String used : texts(pom, "//dependency[groupId='${project.groupId}']/artifactId")) {
                if (!floor.contains(used)) {
                    breaches.add(module + " uses " + used);
                }
            }
            // The rule above reads one way to write the group, so there must be no other.
            if (!texts(pom, "//dependency[contains(groupId, 'responses4j')]/artifactId")
                    .isEmpty()) {
                breaches.add(module + " spells out the group");
            }
        }
        return breaches;
    }

    /** The main sources that name a reactive type. */
    List<Path> reactiveSources() {
        return modules().stream()
                .map(module -> root.resolve(module).resolve("src/main/java"))
                .filter(Files::isDirectory)
                .flatMap(Floors::naming)
                .toList();
    }

    private static Stream<Path> naming(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> REACTIVE.matcher(read(file)).find())
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(Path pom, String path) {
        try {
            Document document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
            NodeList nodes =
                    (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < nodes.getLength(); i++) {
                texts.add(nodes.item(i).getTextContent().strip());
            }
            return texts;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ParserConfigurationException | SAXException | XPathExpressionException e) {
            throw new IllegalStateException(pom + " cannot be read", e);
        }
    }
}
