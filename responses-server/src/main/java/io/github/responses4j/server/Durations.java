package io.github.responses4j.server;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: a number with {@code s}, {@code m}, {@code h} or {@code d}, or ISO-8601. */
final class Durations {
    private static final Pattern SHORT = Pattern.compile("([0-9]{1,12})([smhd])");

    private Durations() {}

    /**
     * Reads the duration of an option.
     *
     * @throws BadSettingsException if it is none, or not within the bounds, which are allowed themselves
     */
    static Duration between(String option, String text, Duration least, Duration most) {
        try {
            Duration duration = parse(text);
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException | ArithmeticException e) {
            // Told below, in the same words.
        }
        throw new BadSettingsException(option + " is a duration from " + shown(least) + " to " + shown(most)
                + ", such as 90s, 15m, 12h, 30d or PT1H30M, not '" + text + "'");
    }

    private static Duration parse(String text) {
        Matcher written = SHORT.matcher(text);
        return written.matches()
                ? Duration.of(Long.parseLong(written.group(1)), unit(written.group(2)))
                : Duration.parse(text);
    }

    private static ChronoUnit unit(String letter) {
        return switch (letter) {
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            case "h" -> ChronoUnit.HOURS;
            default -> ChronoUnit.DAYS;
        };
    }

    private static String shown(Duration duration) {
        long seconds = duration.toSeconds();
        long hours = duration.toHours();
        if (seconds % Duration.ofHours(1).toSeconds() != 0 || seconds == 0) {
            return seconds + "s";
        }
        return hours % Duration.ofDays(1).toHours() == 0 ? duration.toDays() + "d" : hours + "h";
    }
}
