package org.platformforge.kernel.extension.release;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.template.TemplateProvider;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionContributions.TemplateFile;

/** What a release brings to provisioning. Its code is called: on a thread of its own. Stateless. */
final class Provisioning {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final int MOST_TEMPLATES = 50;
    private static final int MOST_ENGINES = 20;
    private static final int MOST_TYPES = 50;

    private Provisioning() {}

    /** The files lie in the release's own bundles; where else a URL may point is not looked at. */
    static List<TemplateFile> templates(Release release) throws RefusedException {
        List<TemplateFile> files = new ArrayList<>();
        for (TemplateProvider provider : release.services(TemplateProvider.class)) {
            for (URL url : provider.templates()) {
                if (url == null) {
                    throw new RefusedException(provider.getClass().getName() + " names a template that is not there");
                }
                if (files.size() == MOST_TEMPLATES) {
                    throw new RefusedException("It has more than " + MOST_TEMPLATES + " templates");
                }
                files.add(read(release, url.getPath()));
            }
        }
        return List.copyOf(files);
    }

    private static TemplateFile read(Release release, String path) throws RefusedException {
        for (Bundle bundle : release.bundles()) {
            URL entry = bundle.getEntry(path);
            if (entry != null) {
                try (InputStream in = entry.openStream()) {
                    byte[] content = in.readNBytes(ExtensionContributions.LARGEST_FILE + 1);
                    if (content.length > ExtensionContributions.LARGEST_FILE) {
                        throw new RefusedException("The template " + path + " has more than "
                                + ExtensionContributions.LARGEST_FILE / 1024 + " KiB");
                    }
                    return new TemplateFile(path.substring(path.lastIndexOf('/') + 1), content);
                } catch (IOException e) {
                    throw new RefusedException("The template " + path + " cannot be read", e);
                }
            }
        }
        throw new RefusedException("The template " + path + " is no entry of the extension's bundles");
    }

    static Map<String, Points.Engine> engines(Release release) throws RefusedException {
        Map<String, Points.Engine> engines = new TreeMap<>();
        for (Driver driver : release.services(Driver.class)) {
            String name = driver.engine();
            String what = "The engine " + name;
            if (name == null || !name.equals(release.extensionId())) {
                require(release, what, name);
            }
            Set<String> types = Set.copyOf(driver.resourceTypes());
            if (types.isEmpty() || types.size() > MOST_TYPES) {
                throw new RefusedException(
                        what + " makes " + types.size() + " types of resources; 1 to " + MOST_TYPES + " are possible");
            }
            for (String type : types) {
                require(release, "The resource type " + type + " of the engine " + name, type);
                for (Points.Engine other : engines.values()) {
                    if (other.types().contains(type)) {
                        throw new RefusedException("The resource type " + type + " is made by two engines, "
                                + other.name() + " and " + name);
                    }
                }
            }
            if (engines.put(name, new Points.Engine(name, types, driver)) != null) {
                throw new RefusedException(what + " is there twice");
            }
            if (engines.size() > MOST_ENGINES) {
                throw new RefusedException("It has more than " + MOST_ENGINES + " engines");
            }
        }
        return Map.copyOf(engines);
    }

    static void require(Release release, String what, String name) throws RefusedException {
        String start = release.extensionId() + ".";
        if (name == null
                || !name.startsWith(start)
                || !NAME.matcher(name.substring(start.length())).matches()) {
            throw new RefusedException(what + " must be called " + start
                    + "<name>, with a name of at most 63 of a-z, 0-9 and -: others have names of their own");
        }
    }
}
