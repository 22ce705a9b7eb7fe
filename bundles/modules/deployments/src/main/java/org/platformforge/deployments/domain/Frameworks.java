package org.platformforge.deployments.domain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.Framework.Description;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.api.module.StageWatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All frameworks there are at this moment: those of the platform's bundles, and for each tenant those of its extensions.
 * Thread-safe.
 */
@Component(service = Frameworks.class)
public class Frameworks {
    private static final Logger LOG = LoggerFactory.getLogger(Frameworks.class);

    private final Map<ServiceReference<Framework>, Candidate> candidates = new ConcurrentHashMap<>();
    private final StageWatch stages = new StageWatch();

    private record Candidate(Framework framework, Description description, long bundleId) {}

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ExtensionContributions extensions;

    /** Optional: while nobody decides between generations, the newest bundle counts. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGenerations(Generations present) {
        stages.bind(present);
    }

    void unbindGenerations(Generations gone) {
        stages.unbind(gone);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindFramework(ServiceReference<Framework> reference, Framework framework) {
        String location = reference.getBundle().getLocation();
        if (location.startsWith(ExtensionRouting.LOCATION)) {
            return; // what extensions bring is asked for tenant by tenant
        }
        try {
            candidates.put(reference, new Candidate(framework, framework.description(), (Long)
                    reference.getProperty(Constants.SERVICE_BUNDLEID)));
        } catch (RuntimeException e) {
            LOG.error("A framework is left out because it does not describe itself: {}", reference, e);
        }
    }

    void unbindFramework(ServiceReference<Framework> reference, Framework framework) {
        candidates.remove(reference);
    }

    /** By id. */
    public Collection<Framework> all(String tenantId) {
        Map<String, Candidate> newest = new TreeMap<>();
        candidates.values().stream()
                .filter(candidate -> stages.stage(candidate.bundleId()) != Stage.CANDIDATE)
                .sorted(Comparator.comparing((Candidate one) -> stages.stage(one.bundleId()) == Stage.ACTING)
                        .thenComparingLong(Candidate::bundleId))
                .forEach(candidate -> newest.put(candidate.description().id(), candidate));
        List<Framework> all = new ArrayList<>();
        newest.values().forEach(candidate -> all.add(candidate.framework()));
        ExtensionContributions asked = extensions;
        if (asked != null) {
            asked.services(tenantId, Framework.class).forEach(one -> all.add(one.item()));
        }
        return all;
    }

    public Optional<Framework> find(String tenantId, String id) {
        return all(tenantId).stream()
                .filter(framework -> framework.description().id().equals(id))
                .findFirst();
    }
}
