package org.platformforge.driver.common;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.extension.api.driver.Driver.Problem;

/** The property {@code tools}: executables a build or an application needs, held against those there are. Stateless. */
public final class Tools {
    public static final String PROPERTY = "tools";
    /** What a shell answers for a command that is not there. */
    public static final int NOT_FOUND = 127;

    private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*( [A-Za-z0-9._+-]+){0,4}");
    private static final Pattern VERSION = Pattern.compile("[0-9]{1,6}(?:\\.[0-9]{1,6}){0,3}");
    /** Maven writes its version in bold, to whatever it writes. */
    private static final Pattern COLOUR = Pattern.compile("\\x1b\\[[0-9;]*m");

    private static final int MOST = 40;
    private static final int LONGEST = 100;

    /** @param version the least that will do, null for any */
    public record Wanted(String command, String version) {}

    /**
     * What a tool answers when it is asked for its version.
     *
     * @param said its first lines, with the version somewhere in them
     */
    public record Found(int exitCode, String said) {}

    private Tools() {}

    /** @param property list of objects with {@code command} and {@code version}; null for none. What is wrong is a problem */
    public static List<Wanted> wanted(Object property, List<Problem> problems) {
        List<Wanted> wanted = new ArrayList<>();
        boolean wrong = property != null && !(property instanceof List);
        if (property instanceof List<?> list) {
            wrong = list.size() > MOST;
            for (Object one : wrong ? List.of() : list) {
                Object command = one instanceof Map<?, ?> map ? map.get("command") : null;
                Object version = one instanceof Map<?, ?> map ? map.get("version") : null;
                boolean right = command instanceof String name
                        && name.length() <= LONGEST
                        && COMMAND.matcher(name).matches()
                        && (version == null
                                || VERSION.matcher(version.toString()).matches());
                wrong |= !right;
                if (right) {
                    wanted.add(new Wanted((String) command, version == null ? null : version.toString()));
                }
            }
        }
        if (wrong) {
            problems.add(new Problem(
                    PROPERTY, "must be a list of at most " + MOST + " tools, each with its command and version"));
        }
        return wanted;
    }

    /** @param found null when nobody answered; @return null when nothing is missing */
    public static String problem(Wanted tool, Found found) {
        String wanted = tool.command() + (tool.version() == null ? "" : " " + tool.version() + " or newer");
        if (found == null) {
            return wanted + " cannot be looked for: the sandbox did not answer";
        }
        if (found.exitCode() == NOT_FOUND) {
            return wanted + " is missing";
        }
        if (found.exitCode() != 0) {
            String said = found.said().isBlank() ? "" : ": " + found.said().strip();
            return wanted + " is needed, and " + tool.command() + " --version failed" + said;
        }
        if (tool.version() == null) {
            return null;
        }
        Matcher version = VERSION.matcher(COLOUR.matcher(found.said()).replaceAll(""));
        if (!version.find()) {
            return wanted + " is needed, and the one that is there tells no version";
        }
        return older(version.group(), tool.version())
                ? wanted + " is needed, and " + version.group() + " is there"
                : null;
    }

    /** By their numbers, as far as the wanted one goes. */
    public static boolean older(String there, String wanted) {
        String[] left = there.split("\\.");
        String[] right = wanted.split("\\.");
        for (int i = 0; i < right.length; i++) {
            int one = i < left.length ? Integer.parseInt(left[i]) : 0;
            int two = Integer.parseInt(right[i]);
            if (one != two) {
                return one < two;
            }
        }
        return false;
    }
}
