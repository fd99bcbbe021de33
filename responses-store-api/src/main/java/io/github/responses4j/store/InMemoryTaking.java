package io.github.responses4j.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One node takes runs over. */
final class InMemoryTaking {
    final List<Claim> claims = new ArrayList<>();
    private final InMemoryIndexes in;
    private final NodeId node;
    private final int max;
    private final Instant until;
    private final Instant now;

    InMemoryTaking(InMemoryIndexes in, NodeId node, int max, Duration ttl, Instant now) {
        this.in = in;
        this.node = node;
        this.max = max;
        this.until = InMemoryEntry.plus(now, ttl);
        this.now = now;
    }

    InMemoryTaking from(Collection<InMemoryEntry> candidates) {
        for (InMemoryEntry entry : candidates) {
            if (claims.size() >= max) {
                break;
            }
            synchronized (entry) {
                if (entry.isUnattended(now)) {
                    in.leaveWorkIndexes(entry);
                    claims.add(entry.claim(node, until));
                    in.enterLease(entry);
                }
            }
        }
        return this;
    }
}
