package org.platformforge.pipelines.definition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.platformforge.pipelines.definition.DefinitionParser.Read;

/**
 * Stages run one after the other: in the file's order, but none before what it needs. What is deployed is made before the
 * first deployment, so that it is the same in every environment. For one file.
 */
final class StageOrder {
    private final List<Read> stages;
    private final Problems problems;

    StageOrder(List<Read> stages, Problems problems) {
        this.stages = stages;
        this.problems = problems;
    }

    List<Read> ordered() {
        Set<String> names = new HashSet<>();
        stages.forEach(stage -> names.add(stage.name()));
        for (Read stage : stages) {
            for (String need : stage.needs()) {
                if (!names.contains(need)) {
                    stage.fields().problem("needs", "names " + need + ", which is no stage");
                }
            }
        }
        List<Read> ordered = new ArrayList<>();
        List<Read> left = new ArrayList<>(stages);
        Set<String> done = new HashSet<>();
        while (!left.isEmpty()) {
            Read next = left.stream()
                    .filter(stage ->
                            stage.needs().stream().noneMatch(need -> names.contains(need) && !done.contains(need)))
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                left.get(0).fields().problem("needs", "leads back to the stage itself");
                return ordered;
            }
            left.remove(next);
            ordered.add(next);
            done.add(next.name());
        }
        checkBuilds(ordered);
        return ordered;
    }

    private void checkBuilds(List<Read> ordered) {
        boolean deployed = false;
        for (Read stage : ordered) {
            if (deployed && stage.kind() == StageSpec.Kind.BUILD) {
                stage.fields()
                        .problem("type", "cannot be build after a deployment: all environments get the same artifact");
            }
            deployed |= stage.kind() == StageSpec.Kind.DEPLOY;
        }
        if (ordered.isEmpty()) {
            problems.add("stages", "has no stage");
        }
    }
}
