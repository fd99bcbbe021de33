package io.github.responses4j.backends;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The capitals that the demo model knows. */
final class DemoCapitals {
    private static final String TABLE = """
            Argentina=Buenos Aires
            Australia=Canberra
            Austria=Vienna
            Belgium=Brussels
            Brazil=Brasília
            Canada=Ottawa
            Chile=Santiago
            China=Beijing
            Colombia=Bogotá
            Cuba=Havana
            Czechia=Prague
            Denmark=Copenhagen
            Egypt=Cairo
            Estonia=Tallinn
            Ethiopia=Addis Ababa
            Finland=Helsinki
            France=Paris
            Germany=Berlin
            Greece=Athens
            Hungary=Budapest
            Iceland=Reykjavik
            India=New Delhi
            Indonesia=Jakarta
            Ireland=Dublin
            Italy=Rome
            Japan=Tokyo
            Kenya=Nairobi
            Luxembourg=Luxembourg
            Mexico=Mexico City
            Morocco=Rabat
            Netherlands=Amsterdam
            New Zealand=Wellington
            Nigeria=Abuja
            Norway=Oslo
            Peru=Lima
            Poland=Warsaw
            Portugal=Lisbon
            Romania=Bucharest
            South Africa=Pretoria
            South Korea=Seoul
            Spain=Madrid
            Sweden=Stockholm
            Switzerland=Bern
            Thailand=Bangkok
            Turkey=Ankara
            Ukraine=Kyiv
            United Kingdom=London
            United States=Washington, D.C.
            Vietnam=Hanoi
            """;
    private static final Map<String, String> BY_COUNTRY = new TreeMap<>();

    static {
        TABLE.lines().forEach(line -> {
            int sign = line.indexOf('=');
            BY_COUNTRY.put(line.substring(0, sign), line.substring(sign + 1));
        });
    }

    private DemoCapitals() {}

    /** Says the capital of the country that a text names, or null if it names none that is known. */
    static @Nullable String sentence(String text) {
        String words = " " + text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", " ") + " ";
        for (Map.Entry<String, String> country : BY_COUNTRY.entrySet()) {
            String name = country.getKey();
            if (words.contains(" " + name.toLowerCase(Locale.ROOT) + " ")) {
                boolean article = name.startsWith("United") || name.equals("Netherlands");
                String end = country.getValue().endsWith(".") ? "" : ".";
                return "The capital of " + (article ? "the " : "") + name + " is " + country.getValue() + end;
            }
        }
        return null;
    }
}
