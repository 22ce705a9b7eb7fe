package org.platformforge.extension.api.framework;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A framework that applications are written with: how a repository of it is recognised, built, started and probed. An OSGi
 * service; it is there as long as the service is. It decides from what it is shown alone, runs nothing and fetches nothing,
 * so that the same files always make the same plan. Document 003, "Frameworks". Thread-safe.
 *
 * <p>The id of an extension's framework begins with the extension's id and a dot.
 */
@ConsumerType
public interface Framework {
    /** What it is; always the same. */
    Description description();

    /**
     * Paths of the files whose content it decides by, such as {@code package.json}; at most {@value #MOST_FILES}. Paths are
     * relative to the repository's root.
     */
    Set<String> files();

    /** Whether the files are such an application. */
    Detection detect(SourceTree source);

    /**
     * How the application is built and run. Called only for what {@link #detect} has recognised.
     *
     * @throws IllegalArgumentException when it cannot be, in words for the application's author
     */
    Plan plan(SourceTree source);

    int MOST_FILES = 50;

    /**
     * The fields of document 003, and what every application of the framework needs.
     *
     * @param id lower case, such as {@code django}
     * @param language such as {@code python}
     * @param version of the framework the plans are made for, such as {@code 4.2}
     * @param port applications commonly listen on; where they really do is {@code $PORT}
     * @param installCmd how a person installs the framework
     * @param tools executables without which no application of it is built or run
     */
    record Description(
            String id, String name, String language, String version, int port, String installCmd, List<Tool> tools) {}

    /**
     * @param reason what it was recognised by, or what is missing; in words for the application's author
     */
    record Detection(boolean recognized, String reason) {
        public static Detection by(String reason) {
            return new Detection(true, reason);
        }

        public static Detection missing(String reason) {
            return new Detection(false, reason);
        }
    }

    /**
     * All commands are run by {@code /bin/sh -c} in the repository's root. The one that starts the application listens on
     * {@code $PORT} at {@code $HOST} and replaces the shell ({@code exec}).
     *
     * @param build commands in order; none when nothing is to be built
     * @param test commands that prove the application, after those of the build; none when there are no tests
     * @param start null for a static site
     * @param staticDirectory what a static site serves; null with a start command
     * @param probePath answers below 400 when the application is ready
     * @param startTimeoutSeconds until then; null for the engine's
     * @param env variables of build and application; those of the deployment are put over them
     * @param tools what this application needs beyond {@link Description#tools}
     */
    record Plan(
            List<String> build,
            List<String> test,
            String start,
            String staticDirectory,
            String probePath,
            Integer startTimeoutSeconds,
            Map<String, String> env,
            List<Tool> tools) {}
}
