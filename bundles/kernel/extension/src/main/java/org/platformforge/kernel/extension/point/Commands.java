package org.platformforge.kernel.extension.point;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.extension.release.Points;
import org.platformforge.kernel.extension.route.Assignments;
import org.platformforge.kernel.extension.route.Served;

/** Shell commands of extensions. Thread-safe. */
public final class Commands {
    private final Assignments assignments;

    public Commands(Assignments assignments) {
        this.assignments = assignments;
    }

    public Map<String, String> list(String tenantId, String extensionId) {
        Map<String, String> names = new TreeMap<>();
        assignments
                .find(tenantId, extensionId)
                .ifPresent(served -> served.main()
                        .points()
                        .commands()
                        .forEach((name, command) -> names.put(name, command.description())));
        return names;
    }

    public String run(String tenantId, String extensionId, String name, List<String> arguments) {
        Served served = served(tenantId, extensionId);
        Points.Command command = served.main().points().commands().get(name);
        if (command == null) {
            throw PlatformException.notFound("Command", name);
        }
        List<String> given = List.copyOf(arguments);
        try {
            return Callbacks.call(
                    served, "command " + name, () -> command.service().run(given));
        } catch (PlatformException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The command was interrupted")
                    .withCause(e);
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw PlatformException.of(ErrorKind.CONFLICT, served.main() + " failed: " + e)
                    .withCause(e);
        }
    }

    private Served served(String tenantId, String extensionId) {
        return assignments
                .find(tenantId, extensionId)
                .orElseThrow(() -> PlatformException.notFound("Extension", extensionId));
    }
}
