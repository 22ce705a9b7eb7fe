package org.platformforge.provisioning.domain;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.provisioning.domain.template.ResourceTemplate;
import org.platformforge.provisioning.domain.template.Scope;
import org.platformforge.provisioning.domain.template.Template;
import org.platformforge.provisioning.domain.template.TemplateCatalog;
import org.platformforge.provisioning.domain.template.TemplateParser;
import org.platformforge.provisioning.store.ClaimTable;
import org.platformforge.provisioning.store.ClaimTable.Holder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works out what a request would come to, and everything that is wrong with it, without changing anything. Thread-safe.
 */
@Component(service = ProvisionPlanner.class)
public final class ProvisionPlanner {
    /** The code document 000 gives to a request that cannot be fulfilled as it stands. */
    static final String FAILED = "PROVISION_FAILED";

    private static final Logger LOG = LoggerFactory.getLogger(ProvisionPlanner.class);
    private static final int LONGEST_LABEL = 255;
    private static final int LONGEST_CLAIM = 500;

    private final TemplateCatalog templates;
    private final DriverRegistry drivers;
    private final Store store;
    private final ClaimTable claims;

    @Activate
    public ProvisionPlanner(
            @Reference TemplateCatalog templates,
            @Reference DriverRegistry drivers,
            @Reference Store store,
            @Reference ClaimTable claims) {
        this.templates = templates;
        this.drivers = drivers;
        this.store = store;
        this.claims = claims;
    }

    /** @throws PlatformException {@code PROVISION_FAILED} when there is no such template */
    Draft draft(String tenantId, String templateName, Map<String, Object> given) {
        Template template = template(tenantId, templateName);
        Map<String, Object> parameters = template.parameters().withDefaults(given == null ? Map.of() : given);
        List<FieldError> problems = new ArrayList<>(template.parameters().validate(parameters));
        Map<String, String> ids = new LinkedHashMap<>();
        template.resources().forEach(resource -> ids.put(resource.name(), Ids.next("res-")));
        Drafting drafting = new Drafting(tenantId, template, Ids.next(Provision.PREFIX), parameters, ids, problems);
        return drafting.draft();
    }

    TemplateParser parser() {
        return templates.parser();
    }

    static PlatformException failed(List<FieldError> problems) {
        return PlatformException.invalid("Provisioning failed due to invalid parameters", problems)
                .withCode(FAILED);
    }

    private Template template(String tenantId, String name) {
        return templates
                .find(tenantId, name)
                .map(TemplateCatalog.Entry::template)
                .orElseThrow(() -> {
                    String message =
                            name == null || name.isBlank() ? "is required; there are " : "is not known; there are ";
                    return failed(List.of(
                            new FieldError("template", message + String.join(", ", templates.names(tenantId)))));
                });
    }

    /** One draft in the making. */
    private final class Drafting {
        private final String tenantId;
        private final Template template;
        private final String provisionId;
        private final Map<String, Object> parameters;
        private final Map<String, String> ids;
        private final List<FieldError> problems;
        private final Scope scope;
        private final List<Claim> wanted = new ArrayList<>();
        private final Set<String> missingTypes = new LinkedHashSet<>();

        Drafting(
                String tenantId,
                Template template,
                String provisionId,
                Map<String, Object> parameters,
                Map<String, String> ids,
                List<FieldError> problems) {
            this.tenantId = tenantId;
            this.template = template;
            this.provisionId = provisionId;
            this.parameters = parameters;
            this.ids = ids;
            this.problems = problems;
            this.scope = new Scope(tenantId, provisionId, parameters, ids, Map.of());
        }

        Draft draft() {
            boolean valid = problems.isEmpty();
            String service = valid ? label("service", template.service()) : "";
            String environment = valid ? label("environment", template.environment()) : "";
            String conflict = null;
            if (valid && problems.isEmpty()) {
                template.resources().forEach(resource -> check(resource, service, environment));
                conflict = checkClaims(Claim.service(tenantId, service, environment));
            } else if (!valid) {
                checkTheRest();
            }
            return new Draft(
                    template,
                    provisionId,
                    parameters,
                    ids,
                    service,
                    environment,
                    template.resources().stream().map(r -> planned(r, valid)).toList(),
                    wanted,
                    problems,
                    conflict,
                    missingTypes);
        }

        /**
         * What engines say of the parameters that are right so far, so that all that is wrong is told at once. What they
         * would say of a wrong or missing one is told already.
         */
        private void checkTheRest() {
            Set<String> wrong =
                    problems.stream().map(problem -> parameter(problem.field())).collect(Collectors.toSet());
            Map<String, Object> right = new LinkedHashMap<>(parameters);
            right.keySet().removeIf(name -> wrong.contains("parameters." + name));
            List<FieldError> more = new ArrayList<>();
            Drafting rest = new Drafting(tenantId, template, provisionId, right, ids, more);
            template.resources().forEach(resource -> rest.check(resource, "", ""));
            more.stream()
                    .filter(problem ->
                            right.containsKey(parameter(problem.field()).replaceFirst("^parameters\\.", "")))
                    .filter(problem -> problem.field().startsWith("parameters."))
                    .forEach(problems::add);
        }

        /** {@code parameters.env.PORT} is a part of {@code parameters.env}. */
        private String parameter(String field) {
            String[] parts = field.split("[.\\[]", 3);
            return parts.length < 2 ? field : parts[0] + '.' + parts[1];
        }

        private String label(String what, String text) {
            String label = scope.resolveText(text);
            if (label.isBlank() || label.length() > LONGEST_LABEL) {
                String rule = "must give the " + what + " a name of 1 to " + LONGEST_LABEL + " characters";
                problems.add(new FieldError(field(text, what), rule));
            }
            return label;
        }

        private void check(ResourceTemplate resource, String service, String environment) {
            Optional<Driver> driver = drivers.ofType(tenantId, resource.type());
            if (driver.isEmpty()) {
                missingTypes.add(resource.type());
                return;
            }
            ResourceSpec spec = new ResourceSpec(
                    ids.get(resource.name()),
                    tenantId,
                    provisionId,
                    resource.name(),
                    service,
                    environment,
                    resource.type(),
                    scope.resolve(resource.properties()));
            for (Driver.Problem problem : problemsOf(driver.get(), spec)) {
                String property = problem.property() == null ? "" : problem.property();
                if (!scope.unknown(resource.properties().get(head(property)))) {
                    problems.add(new FieldError(parameterOf(resource, property), problem.message()));
                }
            }
        }

        private List<Driver.Problem> problemsOf(Driver driver, ResourceSpec spec) {
            try {
                return driver.check(spec);
            } catch (PlatformException e) {
                throw e; // of an extension's engine: not the parameters' fault
            } catch (RuntimeException e) {
                LOG.error("The engine {} could not check a {}", driver.engine(), spec.type(), e);
                return List.of(new Driver.Problem("", "could not be checked by the engine " + driver.engine()));
            }
        }

        /** Names that are taken; those this service holds itself are the conflict's matter. */
        private String checkClaims(Claim service) {
            wanted.add(service);
            template.resources()
                    .forEach(resource -> resource.exclusive().forEach(property -> {
                        String name =
                                scope.resolveText((String) resource.properties().get(property));
                        String kind = resource.type() + "." + property;
                        if (name.isBlank() || name.length() > LONGEST_CLAIM) {
                            problems.add(
                                    new FieldError(parameterOf(resource, property), "gives no usable " + property));
                        } else {
                            wanted.add(new Claim(Claim.PLATFORM, kind, name, ids.get(resource.name())));
                        }
                    }));
            return store.call(Store.ALL_TENANTS, tx -> {
                String conflict =
                        claims.holder(tx, service).map(Holder::provisionId).orElse(null);
                for (Claim claim : wanted.subList(1, wanted.size())) {
                    Optional<Holder> holder = claims.holder(tx, claim);
                    if (holder.isPresent() && !holder.get().provisionId().equals(conflict)) {
                        problems.add(taken(template, ids, claim));
                    }
                }
                return conflict;
            });
        }

        private PlannedResource planned(ResourceTemplate resource, boolean valid) {
            Scope shown = new Scope(tenantId, provisionId, template.parameters().masked(parameters), ids, Map.of());
            return new PlannedResource(
                    resource.name(),
                    resource.type(),
                    drivers.ofType(tenantId, resource.type())
                            .map(Driver::engine)
                            .orElse(null),
                    resource.dependsOn(),
                    valid ? shown.resolve(resource.properties()) : Map.of());
        }
    }

    /** Somebody has the name already. */
    static FieldError taken(Template template, Map<String, String> ids, Claim claim) {
        String property = claim.kind().substring(claim.kind().indexOf('.') + 1);
        ResourceTemplate resource = template.resources().stream()
                .filter(candidate -> ids.get(candidate.name()).equals(claim.resourceId()))
                .findFirst()
                .orElseThrow();
        return new FieldError(
                parameterOf(resource, property), "the " + property + " name " + claim.name() + " is taken");
    }

    /** The input behind a property of a resource: what the client has to change. */
    private static String parameterOf(ResourceTemplate resource, String property) {
        Object value = resource.properties();
        String rest = property;
        while (value instanceof Map<?, ?> map && !rest.isEmpty()) {
            value = map.get(head(rest));
            rest = rest.length() > head(rest).length()
                    ? rest.substring(head(rest).length() + 1)
                    : "";
        }
        String fallback = "resources." + resource.name() + (property.isEmpty() ? "" : "." + property);
        if (!(value instanceof String text)) {
            return fallback;
        }
        boolean whole = text.startsWith("${") && text.indexOf('}') == text.length() - 1;
        return field(text, fallback) + (whole && !rest.isEmpty() ? "." + rest : "");
    }

    /** The input that names the service. */
    static String serviceField(Template template) {
        return field(template.service(), "template");
    }

    private static String field(String text, String fallback) {
        return Template.parametersIn(text).stream()
                .findFirst()
                .map(p -> "parameters." + p)
                .orElse(fallback);
    }

    private static String head(String path) {
        int dot = path.indexOf('.');
        return dot < 0 ? path : path.substring(0, dot);
    }
}
