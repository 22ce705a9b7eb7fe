package org.platformforge.provisioning.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.OperationHandler;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Deletes resources of one provision, those that need others first. What is deleted cannot be brought back, so nothing
 * is undone; when an engine does not let go, the records stay {@code deleting} and {@link DeletionSweep} tries again.
 */
@Component(service = OperationHandler.class)
public final class ResourceDeleteHandler implements OperationHandler {
    static final String KIND = "resource.delete";

    private static final String RESOURCES = "resources";
    private static final String DELETE = "delete-";

    private final ResourceRemover remover;

    @Activate
    public ResourceDeleteHandler(@Reference ResourceRemover remover) {
        this.remover = remover;
    }

    /** @param resources in the order they are deleted in */
    static Map<String, Object> input(List<Resource> resources) {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put(
                RESOURCES,
                resources.stream()
                        .map(resource -> Map.of("id", resource.id(), "name", resource.name(), "type", resource.type()))
                        .toList());
        return input;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public List<StepDefinition> plan(Map<String, Object> input) {
        List<StepDefinition> steps = new ArrayList<>();
        for (Object item : (List<?>) input.get(RESOURCES)) {
            Map<?, ?> resource = (Map<?, ?>) item;
            String title = "Delete " + resource.get("name") + " (" + resource.get("type") + ")";
            steps.add(new StepDefinition(DELETE + resource.get("name"), title));
        }
        return steps;
    }

    @Override
    public Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        String name = step.substring(DELETE.length());
        String id = ((List<?>) context.operation().input().get(RESOURCES))
                .stream()
                        .map(Map.class::cast)
                        .filter(resource -> name.equals(resource.get("name")))
                        .map(resource -> (String) resource.get("id"))
                        .findFirst()
                        .orElseThrow();
        try {
            remover.remove(id, context);
        } catch (PlatformException e) {
            throw StepFailures.ofStore(e);
        }
        return Map.of("resource_id", id);
    }

    @Override
    public void compensate(String step, StepContext context) {
        context.log("A deletion is not undone");
    }

    @Override
    public void finished(Transaction tx, Operation operation) {
        // Every step left its records as they are to be.
    }
}
