package io.github.responses4j.backends;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The sums that the demo model can do: + - * / and parentheses, in figures or with the operators in words. */
final class DemoArithmetic {
    private static final int MAX_LENGTH = 200;
    private static final Pattern EXPRESSION =
            Pattern.compile("[-(\\s]*\\d+(?:\\.\\d+)?[)\\s]*(?:\\s*[-+*/]\\s*[-(\\s]*\\d+(?:\\.\\d+)?\\s*\\)*)+");

    private final String text;
    private int at;

    private DemoArithmetic(String text) {
        this.text = text;
    }

    /** The first sum in a text, with spaces around its operators; empty if there is none. */
    static String expressionIn(String text) {
        String figures = text.toLowerCase(Locale.ROOT)
                .replaceAll("\\bplus\\b", "+")
                .replaceAll("\\bminus\\b", "-")
                .replaceAll("\\b(?:times|multiplied by)\\b", "*")
                .replaceAll("\\b(?:divided by|over)\\b", "/")
                .replaceAll("(?<=\\d)\\s*[x×·]\\s*(?=\\d)", "*")
                .replace('÷', '/')
                .replace('−', '-');
        Matcher match = EXPRESSION.matcher(figures);
        if (!match.find() || match.group().length() > MAX_LENGTH) {
            return "";
        }
        return match.group()
                .replaceAll("\\s+", "")
                .replaceAll("(?<=[\\d)])([-+*/])", " $1 ")
                .strip();
    }

    /** The value of a sum, or null if it has none. */
    static @Nullable BigDecimal value(String expression) {
        try {
            DemoArithmetic parser = new DemoArithmetic(expression.replace(" ", ""));
            BigDecimal value = parser.sum();
            return parser.at == parser.text.length() ? value : null;
        } catch (ArithmeticException noValue) {
            return null;
        }
    }

    /** A number as people write it. */
    static String plain(BigDecimal value) {
        BigDecimal stripped = value.round(new MathContext(12)).stripTrailingZeros();
        return stripped.signum() == 0 ? "0" : stripped.toPlainString();
    }

    private BigDecimal sum() {
        BigDecimal value = product();
        while (peek() == '+' || peek() == '-') {
            boolean plus = text.charAt(at++) == '+';
            BigDecimal next = product();
            value = plus ? value.add(next) : value.subtract(next);
        }
        return value;
    }

    private BigDecimal product() {
        BigDecimal value = factor();
        while (peek() == '*' || peek() == '/') {
            boolean times = text.charAt(at++) == '*';
            BigDecimal next = factor();
            value = times ? value.multiply(next) : value.divide(next, MathContext.DECIMAL64);
        }
        return value;
    }

    private BigDecimal factor() {
        if (peek() == '-') {
            at++;
            return factor().negate();
        }
        if (peek() == '(') {
            at++;
            BigDecimal value = sum();
            if (peek() != ')') {
                throw new ArithmeticException("a parenthesis is missing");
            }
            at++;
            return value;
        }
        int start = at;
        while (Character.isDigit(peek()) || peek() == '.') {
            at++;
        }
        if (start == at) {
            throw new ArithmeticException("a number is missing");
        }
        return new BigDecimal(text.substring(start, at));
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }
}
