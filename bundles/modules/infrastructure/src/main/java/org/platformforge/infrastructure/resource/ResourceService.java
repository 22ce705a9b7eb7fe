package org.platformforge.infrastructure.resource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.infrastructure.resource.ResourceOrder.Status;
import org.platformforge.infrastructure.store.ResourceOrderTable;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Resources.Seen;
import org.platformforge.kernel.api.delivery.Resources.Wanted;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;

/** Resources of a tenant, by type, on whatever engine makes that type. Thread-safe. */
@Component(service = ResourceService.class, configurationPid = ResourceConfig.PID)
@Designate(ocd = ResourceConfig.class)
public final class ResourceService {
    private static final String SECRETS = "secrets";
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern ID = Pattern.compile("res-[0-9a-z]{1,40}");
    private static final int MOST_TAGS = 50;

    private final Store store;
    private final ResourceOrderTable orders;
    private final Operations operations;
    private final Engines engines;
    private final AuditLog audit;
    private final Outbox outbox;
    private volatile Set<String> allowed;

    /**
     * A resource that somebody asks for; every value may be null.
     *
     * @param tags values are text
     */
    public record Draft(
            String type, String provider, String region, Map<String, Object> specs, Map<String, Object> tags) {}

    /** @param seen as its engine sees it; null when it knows nothing of it */
    public record Found(ResourceOrder order, Seen seen) {}

    @Activate
    public ResourceService(
            @Reference Store store,
            @Reference ResourceOrderTable orders,
            @Reference Operations operations,
            @Reference Engines engines,
            @Reference AuditLog audit,
            @Reference Outbox outbox,
            ResourceConfig config) {
        this.store = store;
        this.orders = orders;
        this.operations = operations;
        this.engines = engines;
        this.audit = audit;
        this.outbox = outbox;
        modified(config);
    }

    @Modified
    final void modified(ResourceConfig config) {
        allowed = Arrays.stream(config.types())
                .flatMap(types -> Stream.of(types.split(","))) // a file gives one text for the list
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Newest first. */
    public List<ResourceOrder> list(Caller caller) {
        return store.call(caller.tenantId(), orders::all);
    }

    public Found get(Caller caller, String id) {
        return seen(caller, find(caller, id));
    }

    public Found seen(Caller caller, ResourceOrder order) {
        return new Found(
                order, engines.forRequest().find(caller.tenantId(), order.id()).orElse(null));
    }

    private ResourceOrder find(Caller caller, String id) {
        return Optional.of(id)
                .filter(known -> ID.matcher(known).matches())
                .flatMap(known -> store.call(caller.tenantId(), tx -> orders.find(tx, known)))
                .orElseThrow(() -> PlatformException.notFound("Resource", id));
    }

    /** @throws PlatformException {@code VALIDATION} with every field that is wrong, the engine's objections too */
    public ResourceOrder create(Caller caller, Draft draft) {
        ResourceOrder checked = checked(caller, draft);
        return store.call(caller.tenantId(), tx -> {
            ResourceOrder order = new ResourceOrder(
                    checked.id(),
                    checked.type(),
                    checked.provider(),
                    checked.region(),
                    checked.environment(),
                    checked.specs(),
                    checked.tags(),
                    Status.PROVISIONING,
                    null,
                    null,
                    caller.subject(),
                    tx.now());
            orders.insert(tx, order);
            Operation operation =
                    operations.submit(tx, caller, ResourceHandler.KIND, order.id(), Map.of("type", order.type()));
            orders.operation(tx, order.id(), operation.id());
            audit.append(
                    tx,
                    AuditRecord.success(caller, "infrastructure.provision", order.id(), Map.of("type", order.type())));
            outbox.publish(tx, "infrastructure.provision", Map.of("resource", order.id()));
            return orders.find(tx, order.id()).orElseThrow();
        });
    }

    private ResourceOrder checked(Caller caller, Draft draft) {
        List<FieldError> wrong = new ArrayList<>();
        Resources resources = engines.forRequest();
        Set<String> types = new TreeSet<>(resources.types(caller.tenantId()));
        types.retainAll(allowed);
        if (draft.type() == null || !types.contains(draft.type())) {
            wrong.add(new FieldError("type", "must be one of " + String.join(", ", types)));
        }
        word(wrong, "provider", draft.provider());
        word(wrong, "region", draft.region());
        Map<String, Object> specs = draft.specs() == null ? Map.of() : draft.specs();
        if (specs.containsKey(SECRETS)) {
            wrong.add(new FieldError("specs." + SECRETS, "is not taken here: specs are kept and shown as they are"));
        }
        Map<String, Object> tags = draft.tags() == null ? Map.of() : draft.tags();
        tags(wrong, tags);
        Object environment = tags.getOrDefault("environment", "default");
        ResourceOrder order = new ResourceOrder(
                Ids.next("res-"),
                draft.type(),
                draft.provider(),
                draft.region(),
                environment.toString(),
                specs,
                tags,
                Status.PROVISIONING,
                null,
                null,
                caller.subject(),
                null);
        if (wrong.isEmpty()) {
            resources.objections(caller.tenantId(), wanted(order)).forEach(one -> wrong.add(named(one)));
        }
        if (!wrong.isEmpty()) {
            throw PlatformException.invalid("Invalid request parameters", wrong);
        }
        return order;
    }

    private static void word(List<FieldError> wrong, String field, String value) {
        if (value != null && !WORD.matcher(value).matches()) {
            wrong.add(new FieldError(field, "must be 1 to 63 letters, digits, dots, dashes and underscores"));
        }
    }

    private static void tags(List<FieldError> wrong, Map<String, Object> tags) {
        if (tags.size() > MOST_TAGS) {
            wrong.add(new FieldError("tags", "must be at most " + MOST_TAGS));
        }
        tags.forEach((name, value) -> {
            boolean good = value instanceof String text && WORD.matcher(text).matches();
            if (!good || !WORD.matcher(name).matches()) {
                wrong.add(new FieldError(
                        "tags", "must have names and values of 1 to 63 letters, digits, dots, dashes and underscores"));
            }
        });
    }

    /** By the names of the request. */
    private static FieldError named(FieldError objection) {
        String field = objection.field();
        return new FieldError(
                field.equals("engine") ? "provider" : field.equals("region") ? field : "specs." + field,
                objection.message());
    }

    /** The region is one of the engine's properties: one that knows no regions objects to it. */
    static Wanted wanted(ResourceOrder order) {
        Map<String, Object> properties = new LinkedHashMap<>(order.specs());
        if (order.region() != null) {
            properties.put("region", order.region());
        }
        return new Wanted(
                order.id(),
                order.id(),
                order.type(),
                "infrastructure",
                order.environment(),
                order.type(),
                order.provider(),
                properties,
                Map.of());
    }

    /** @throws PlatformException {@code CONFLICT} while it is being provisioned or deleted */
    public Operation delete(Caller caller, String id) {
        find(caller, id);
        return store.call(caller.tenantId(), tx -> {
            if (!orders.beginDeletion(tx, id)) {
                throw PlatformException.of(ErrorKind.CONFLICT, "The resource is being provisioned or deleted");
            }
            Operation operation = operations.submit(tx, caller, RemovalHandler.KIND, id, Map.of());
            orders.operation(tx, id, operation.id());
            audit.append(tx, AuditRecord.success(caller, "infrastructure.delete", id, Map.of()));
            return operation;
        });
    }
}
