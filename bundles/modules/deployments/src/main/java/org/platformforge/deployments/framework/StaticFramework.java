package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** Files as they are, or as a site generator for Node.js makes them; served by the engine itself. */
@Component(service = Framework.class)
public final class StaticFramework extends CoreFramework {
    private static final List<String> FOLDERS = List.of("", "public/", "dist/", "site/", "docs/", "build/");
    /** Generators, and where each leaves the site. */
    private static final Map<String, String> GENERATORS = Map.of(
            "vite", "dist",
            "astro", "dist",
            "@vue/cli-service", "dist",
            "react-scripts", "build",
            "@docusaurus/core", "build",
            "gatsby", "public",
            "@11ty/eleventy", "_site");

    public StaticFramework() {
        super(new Description("static", "Static site", "html", "5", 80, "", List.of()), NodePackage.FILE);
    }

    private static Optional<String> generated(SourceTree source) {
        return NodePackage.of(source)
                .filter(npm -> npm.script("build").isPresent())
                .flatMap(npm -> GENERATORS.keySet().stream()
                        .sorted()
                        .filter(npm::needs)
                        .map(GENERATORS::get)
                        .findFirst());
    }

    private static Optional<String> folder(SourceTree source) {
        return FOLDERS.stream()
                .filter(folder -> source.has(folder + "index.html"))
                .findFirst();
    }

    @Override
    public Detection detect(SourceTree source) {
        if (generated(source).isPresent()) {
            return Detection.by("a site generator in package.json");
        }
        return folder(source)
                .map(folder -> Detection.by(folder + "index.html"))
                .orElse(Detection.missing(
                        "there is no index.html in the root, public, dist, site, docs or build, and no"
                                + " site generator in package.json"));
    }

    @Override
    public Plan plan(SourceTree source) {
        Draft draft = new Draft();
        Optional<String> generated = generated(source);
        if (generated.isPresent()) {
            draft.tools.add(new Tool("node", "18"));
            NodePackage.of(source).orElseThrow().install(draft);
            draft.staticDirectory = generated.get();
            return draft.plan();
        }
        String folder = folder(source).orElseThrow();
        draft.staticDirectory = folder.isEmpty() ? "." : folder.substring(0, folder.length() - 1);
        return draft.plan();
    }
}
