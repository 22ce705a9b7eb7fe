package org.platformforge.pipelines.definition;

import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.FieldError;
import org.yaml.snakeyaml.nodes.Node;

/** Everything that is wrong with a file, with the place. For one thread. */
final class Problems {
    private static final int MOST = 100;

    private final List<FieldError> found = new ArrayList<>();

    void add(Node node, String path, String message) {
        add(path, message + " (line " + (node.getStartMark().getLine() + 1) + ")");
    }

    void add(String path, String message) {
        if (found.size() < MOST) {
            found.add(new FieldError(path.isEmpty() ? "pipeline" : path, message));
        }
    }

    List<FieldError> found() {
        return List.copyOf(found);
    }
}
