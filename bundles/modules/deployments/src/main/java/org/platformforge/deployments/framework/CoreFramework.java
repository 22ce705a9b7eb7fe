package org.platformforge.deployments.framework;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** What the platform's frameworks have in common. */
abstract class CoreFramework implements Framework {
    static final String PROCFILE = "Procfile";

    private static final Pattern WEB = Pattern.compile("(?m)^web:[ \\t]*(\\S.*?)[ \\t]*$");

    private final Description description;
    private final Set<String> files;

    CoreFramework(Description description, String... files) {
        this.description = description;
        this.files = new TreeSet<>(Arrays.asList(files));
        this.files.add(PROCFILE);
    }

    @Override
    public Description description() {
        return description;
    }

    @Override
    public Set<String> files() {
        return files;
    }

    /** What the author wants started, in Heroku's words. */
    static Optional<String> procfile(SourceTree source) {
        return source.text(PROCFILE).map(WEB::matcher).filter(Matcher::find).map(line -> line.group(1));
    }

    static Optional<String> first(SourceTree source, List<String> paths) {
        return paths.stream().filter(source::has).findFirst();
    }

    /** A plan that grows. For one thread. */
    static final class Draft {
        final List<String> build = new ArrayList<>();
        final List<String> test = new ArrayList<>();
        final Map<String, String> env = new LinkedHashMap<>();
        final List<Tool> tools = new ArrayList<>();
        String start;
        String staticDirectory;
        String probe = "/";
        Integer startTimeoutSeconds;

        Plan plan() {
            return new Plan(
                    List.copyOf(build),
                    List.copyOf(test),
                    start,
                    staticDirectory,
                    probe,
                    startTimeoutSeconds,
                    Map.copyOf(env),
                    List.copyOf(tools));
        }
    }
}
