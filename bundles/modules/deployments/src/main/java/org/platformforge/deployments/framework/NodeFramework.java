package org.platformforge.deployments.framework;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;

/** Programs for Node.js that listen by themselves. */
@Component(service = Framework.class)
public final class NodeFramework extends CoreFramework {
    static final List<String> PROGRAMS = List.of("server.js", "index.js", "app.js", "main.js", "src/index.js");

    public NodeFramework() {
        super(
                new Description(
                        "node", "Node.js", "javascript", "18", 3000, "npm install", List.of(new Tool("node", "18"))),
                NodePackage.FILE);
    }

    @Override
    public Detection detect(SourceTree source) {
        if (source.has(NodePackage.FILE) && NodePackage.of(source).isEmpty()) {
            return Detection.missing("its package.json cannot be read");
        }
        return start(source, new Draft()).isPresent()
                ? Detection.by(source.has(NodePackage.FILE) ? NodePackage.FILE : "its program")
                : Detection.missing(nothingToStart());
    }

    static String nothingToStart() {
        return "there is no start script in package.json, none of " + String.join(", ", PROGRAMS) + ", and no Procfile";
    }

    static Optional<String> start(SourceTree source, Draft draft) {
        Optional<NodePackage> npm = NodePackage.of(source);
        return procfile(source)
                .map(NodePackage::command)
                .or(() -> npm.flatMap(one -> one.start(draft)))
                .or(() -> npm.flatMap(NodePackage::main)
                        .or(() -> first(source, PROGRAMS))
                        .map(program -> "exec node " + program));
    }

    static Plan planned(SourceTree source) {
        Draft draft = new Draft();
        draft.env.put("NODE_ENV", "production");
        NodePackage.of(source).ifPresent(npm -> npm.install(draft));
        draft.start = start(source, draft).orElseThrow(() -> new IllegalArgumentException(nothingToStart()));
        return draft.plan();
    }

    @Override
    public Plan plan(SourceTree source) {
        return planned(source);
    }
}
