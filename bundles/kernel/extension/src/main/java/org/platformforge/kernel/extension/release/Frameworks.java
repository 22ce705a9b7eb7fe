package org.platformforge.kernel.extension.release;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.platformforge.extension.api.framework.Framework;

/** The frameworks a release brings. Its code is called: on a thread of its own. Stateless. */
final class Frameworks {
    private static final int MOST = 50;
    private static final int MOST_TOOLS = 20;
    private static final int LONGEST = 500;
    private static final int HIGHEST_PORT = 65_535;

    private Frameworks() {}

    static Map<String, Points.FrameworkPoint> of(Release release) throws RefusedException {
        Map<String, Points.FrameworkPoint> frameworks = new TreeMap<>();
        for (Framework framework : release.services(Framework.class)) {
            Framework.Description told = framework.description();
            if (told == null) {
                throw new RefusedException(framework.getClass().getName() + " does not describe itself");
            }
            String what = "The framework " + told.id();
            Provisioning.require(release, what, told.id());
            Framework.Description description = checked(what, told);
            Set<String> files = Set.copyOf(framework.files());
            if (files.size() > Framework.MOST_FILES || files.stream().anyMatch(path -> path.length() > LONGEST)) {
                throw new RefusedException(what + " asks for more than " + Framework.MOST_FILES
                        + " files, or for one with a name of more than " + LONGEST + " characters");
            }
            if (frameworks.put(description.id(), new Points.FrameworkPoint(description, files, framework)) != null) {
                throw new RefusedException(what + " is there twice");
            }
            if (frameworks.size() > MOST) {
                throw new RefusedException("It has more than " + MOST + " frameworks");
            }
        }
        return Map.copyOf(frameworks);
    }

    private static Framework.Description checked(String what, Framework.Description told) throws RefusedException {
        if (told.port() < 1 || told.port() > HIGHEST_PORT) {
            throw new RefusedException(what + " has the port " + told.port());
        }
        if (told.tools() == null || told.tools().size() > MOST_TOOLS) {
            throw new RefusedException(what + " has no list of tools, or one of more than " + MOST_TOOLS);
        }
        return new Framework.Description(
                told.id(),
                text(what, "name", told.name()),
                text(what, "language", told.language()),
                text(what, "version", told.version()),
                told.port(),
                text(what, "installCmd", told.installCmd()),
                List.copyOf(told.tools()));
    }

    private static String text(String what, String field, String text) throws RefusedException {
        boolean shown = text != null && text.length() <= LONGEST && text.chars().noneMatch(c -> c < ' ');
        if (!shown) {
            throw new RefusedException(what + " has no " + field + " of at most " + LONGEST + " characters");
        }
        return text;
    }
}
