package io.github.responses4j.engine;

import io.github.responses4j.item.Item;
import io.github.responses4j.item.Message;
import io.github.responses4j.item.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A context cut into turns: each goes from one message of the user's up to the next. Turns between which a call waits for its output, or
 * a question for its approval, are one. Standing orders belong to none.
 */
final class Turns {
    private static final int NONE = -1;

    private final List<Item> items;
    private final int[] turnOf;
    private final int count;

    private Turns(List<Item> items, int[] turnOf, int count) {
        this.items = items;
        this.turnOf = turnOf;
        this.count = count;
    }

    static Turns of(List<Item> items) {
        int[] turnOf = new int[items.size()];
        int last = NONE;
        for (int i = 0; i < turnOf.length; i++) {
            Item item = items.get(i);
            if (isOrders(item)) {
                turnOf[i] = NONE;
            } else {
                last = last == NONE || isFromUser(item) ? last + 1 : last;
                turnOf[i] = last;
            }
        }
        return new Turns(items, turnOf, joined(items, turnOf, last + 1));
    }

    /** Makes one of turns that hang together; gives how many are left. */
    private static int joined(List<Item> items, int[] turnOf, int count) {
        int[] reach = reaches(items, turnOf, count);
        int[] joined = new int[count];
        int turn = 0;
        int end = 0;
        for (int i = 0; i < count; i++) {
            if (i > end) {
                turn++;
            }
            end = Math.max(end, reach[i]);
            joined[i] = turn;
        }
        for (int i = 0; i < turnOf.length; i++) {
            turnOf[i] = turnOf[i] == NONE ? NONE : joined[turnOf[i]];
        }
        return count == 0 ? 0 : turn + 1;
    }

    /** For each turn the last one that answers something of it. */
    private static int[] reaches(List<Item> items, int[] turnOf, int count) {
        int[] reach = new int[count];
        Arrays.setAll(reach, turn -> turn);
        // Ids may come again, since some models count their calls anew in each turn: an answer is to the last one.
        Map<String, Integer> asked = new HashMap<>();
        for (int i = 0; i < turnOf.length; i++) {
            if (turnOf[i] == NONE) {
                continue;
            }
            Item item = items.get(i);
            String answers = answers(item);
            if (answers != null) {
                // The output of a local shell may name its call by either id.
                Integer call = asked.get("call " + answers);
                Integer to = call == null ? asked.get("item " + answers) : call;
                if (to != null) {
                    reach[to] = turnOf[i];
                }
            }
            String callId = item.json().string("call_id");
            if (callId != null && answers == null) {
                asked.put("call " + callId, turnOf[i]);
            }
            if (item.id() != null) {
                asked.put("item " + item.id(), turnOf[i]);
            }
        }
        return reach;
    }

    /** The id of what an item answers; null if it answers nothing. */
    private static @Nullable String answers(Item item) {
        String approval = item.json().string("approval_request_id");
        if (approval != null) {
            return approval;
        }
        if (!item.type().endsWith("_output")) {
            return null;
        }
        String callId = item.json().string("call_id");
        return callId == null ? item.id() : callId;
    }

    static boolean isOrders(Item item) {
        return item instanceof Message message && (message.role() == Role.SYSTEM || message.role() == Role.DEVELOPER);
    }

    static boolean isFromUser(Item item) {
        return item instanceof Message message && message.role() == Role.USER;
    }

    /** How many turns there are. */
    int count() {
        return count;
    }

    /** The context without its oldest turns. */
    List<Item> without(int oldest) {
        if (oldest == 0) {
            return items;
        }
        List<Item> left = new ArrayList<>();
        for (int i = 0; i < turnOf.length; i++) {
            if (turnOf[i] == NONE || turnOf[i] >= oldest) {
                left.add(items.get(i));
            }
        }
        return left;
    }

    /** The tokens of each turn, given those of each item. */
    long[] sums(long[] tokens) {
        long[] sums = new long[count];
        for (int i = 0; i < turnOf.length; i++) {
            if (turnOf[i] != NONE) {
                sums[turnOf[i]] += tokens[i];
            }
        }
        return sums;
    }
}
