import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the model says: text, a refusal or calls, after its reasoning; what is not said is empty. */
record Answer(String reasoning, String text, String refusal, List<Call> calls, String finishReason) {
    private static final Pattern WORD = Pattern.compile("\\s*\\S+");

    /** A tool call; {@code arguments} is JSON text. */
    record Call(String id, String name, String arguments) {}

    /** The text cut before each word: what this model calls tokens. Joined, they are the text again. */
    static List<String> words(String text) {
        return WORD.matcher(text).results().map(MatchResult::group).toList();
    }
}
