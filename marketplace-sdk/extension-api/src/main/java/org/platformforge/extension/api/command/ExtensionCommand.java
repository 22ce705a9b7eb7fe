package org.platformforge.extension.api.command;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A command in the platform's shell, called as {@code extension:run <extension id> <name> [arguments]} for one tenant.
 * Registered as an OSGi service. Thread-safe.
 */
@ConsumerType
public interface ExtensionCommand {
    /** Unique within the extension; lower-case letters, digits and {@code -}. */
    String name();

    /** One line for the list of commands. */
    String description();

    /**
     * Does it.
     *
     * @return what to print
     * @throws org.platformforge.kernel.api.PlatformException shown to the person as an error; anything else is the
     *     extension's own failure
     */
    String run(List<String> arguments) throws Exception;
}
