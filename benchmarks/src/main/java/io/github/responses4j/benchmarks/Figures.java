package io.github.responses4j.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Numbers by name, gathered over rounds that alternate, of which the medians count. Any thread. */
final class Figures {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final String store;
    private final Map<String, List<Double>> rounds = new ConcurrentHashMap<>();

    Figures(String store) {
        this.store = store;
    }

    /** Processor time of this process so far, collector and compiler included, in microseconds. */
    static double processMicros() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime() / 1e3;
    }

    /** Processor time of this thread so far, in microseconds. */
    static double threadMicros() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e3;
    }

    void add(String name, double value) {
        rounds.computeIfAbsent(name, key -> Collections.synchronizedList(new ArrayList<>()))
                .add(value);
    }

    List<Double> all(String name) {
        return rounds.getOrDefault(name, List.of());
    }

    double median(String name) {
        return median(all(name));
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    /** Prints a JSON line. */
    void print(String what, Map<String, Double> figures) {
        StringBuilder line = new StringBuilder("{\"store\":\"" + store + "\",\"what\":\"" + what + "\"");
        figures.forEach((name, value) -> line.append(
                String.format(Locale.ROOT, ",\"%s\":%s", name, Double.isNaN(value) ? "null" : number(value))));
        OUT.println(line.append('}'));
    }

    /** Prints the medians of all that begins with a prefix. */
    void printMedians(String what, String... names) {
        Map<String, Double> medians = new LinkedHashMap<>();
        Arrays.asList(names).forEach(name -> medians.put(name, median(name)));
        print(what, medians);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%.0f", value);
    }
}
