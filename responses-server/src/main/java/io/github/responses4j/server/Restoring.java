package io.github.responses4j.server;

import io.github.responses4j.store.ResponseId;
import io.github.responses4j.store.StoreException;
import io.github.responses4j.store.Tenant;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Brings back responses that were deleted; beside servers that run, where their database takes several processes. */
final class Restoring {
    private Restoring() {}

    /**
     * Restores what can be restored, and says so of each one.
     *
     * @throws BadSettingsException if there is nothing that outlives its server, or no such tenant or id can be
     * @throws CannotStartException if there is no store or it cannot be opened, or some of the responses cannot be restored
     */
    static void run(Settings settings, String of, List<String> names, PrintStream out) {
        if (settings.store().isInMemory()) {
            throw new BadSettingsException("a store in memory has nothing to restore");
        }
        List<ResponseId> ids;
        Tenant tenant;
        try {
            tenant = new Tenant(of);
            ids = names.stream().map(ResponseId::new).toList();
        } catch (IllegalArgumentException e) {
            throw new BadSettingsException("restore: " + e.getMessage());
        }
        Path file = settings.store().file();
        if (file != null && !Files.exists(file)) {
            // To open it would make an empty one.
            throw new CannotStartException("there is no store in " + file);
        }
        List<String> lost = new ArrayList<>();
        try (OpenStore open = OpenStore.open(settings.store(), settings.keeping(), settings.lease())) {
            for (ResponseId id : ids) {
                if (open.store().restore(tenant, id)) {
                    out.println("Restored: " + id.value());
                } else {
                    lost.add(id.value());
                }
            }
        } catch (StoreException e) {
            throw new CannotStartException("the store does not answer: " + e.getMessage());
        }
        if (!lost.isEmpty()) {
            throw new CannotStartException("the tenant '" + tenant + "' has no deleted response "
                    + String.join(", ", lost) + " that could still be restored");
        }
    }
}
