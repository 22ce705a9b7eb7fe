package org.platformforge.extension.api.framework;

import java.util.regex.Pattern;

/**
 * An executable that has to be where applications are built and run.
 *
 * @param command an executable on the path, or one with fixed words behind it, such as {@code node}, {@code python3 -m pip};
 *     asked for its version with {@code --version}
 * @param version the least that will do, such as {@code 18} or {@code 3.8}; null for any
 */
public record Tool(String command, String version) {
    private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*( [A-Za-z0-9._+-]+){0,4}");
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,6}){0,3}");
    private static final int LONGEST = 100;

    /** @throws IllegalArgumentException for what is neither */
    public Tool {
        if (command == null
                || command.length() > LONGEST
                || !COMMAND.matcher(command).matches()) {
            throw new IllegalArgumentException("Not the command of a tool: " + command);
        }
        if (version != null && !VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("Not the version of a tool: " + version);
        }
    }

    /** Any version. */
    public static Tool any(String command) {
        return new Tool(command, null);
    }

    @Override
    public String toString() {
        return version == null ? command : command + " " + version + " or newer";
    }
}
