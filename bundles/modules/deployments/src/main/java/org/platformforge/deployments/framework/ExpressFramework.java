package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** Applications whose {@code package.json} asks for Express. */
@Component(service = Framework.class)
public final class ExpressFramework extends CoreFramework {
    public ExpressFramework() {
        super(
                new Description(
                        "express",
                        "Express",
                        "javascript",
                        "4.x",
                        3000,
                        "npm install express",
                        List.of(new Tool("node", "18"))),
                NodePackage.FILE);
    }

    @Override
    public Detection detect(SourceTree source) {
        Optional<NodePackage> npm = NodePackage.of(source);
        if (npm.isEmpty()) {
            return Detection.missing(
                    source.has(NodePackage.FILE) ? "its package.json cannot be read" : "there is no package.json");
        }
        if (!npm.get().needs("express")) {
            return Detection.missing("its package.json does not ask for express");
        }
        return NodeFramework.start(source, new Draft()).isPresent()
                ? Detection.by("express in package.json")
                : Detection.missing(NodeFramework.nothingToStart());
    }

    @Override
    public Plan plan(SourceTree source) {
        return NodeFramework.planned(source);
    }
}
