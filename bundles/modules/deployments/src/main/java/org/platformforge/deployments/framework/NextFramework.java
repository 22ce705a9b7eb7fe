package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** Applications whose {@code package.json} asks for Next.js; built, and started by {@code next start}. */
@Component(service = Framework.class)
public final class NextFramework extends CoreFramework {
    private static final String NEXT = NodePackage.MODULES + "/.bin/next";

    public NextFramework() {
        super(
                new Description(
                        "nextjs",
                        "Next.js",
                        "javascript",
                        "14",
                        3000,
                        "npx create-next-app",
                        List.of(new Tool("node", "18.17"))),
                NodePackage.FILE);
    }

    @Override
    public Detection detect(SourceTree source) {
        Optional<NodePackage> npm = NodePackage.of(source);
        if (npm.isEmpty()) {
            return Detection.missing(
                    source.has(NodePackage.FILE) ? "its package.json cannot be read" : "there is no package.json");
        }
        return npm.get().needs("next")
                ? Detection.by("next in package.json")
                : Detection.missing("its package.json does not ask for next");
    }

    @Override
    public Plan plan(SourceTree source) {
        Draft draft = new Draft();
        NodePackage npm = NodePackage.of(source).orElseThrow();
        npm.install(draft);
        if (npm.script("build").isEmpty()) {
            draft.build.add("exec " + NEXT + " build");
        }
        draft.env.put("NEXT_TELEMETRY_DISABLED", "1");
        draft.start = procfile(source)
                .map(NodePackage::command)
                .orElse("exec " + NEXT + " start --hostname \"$HOST\" --port \"$PORT\"");
        draft.startTimeoutSeconds = 120;
        return draft.plan();
    }
}
