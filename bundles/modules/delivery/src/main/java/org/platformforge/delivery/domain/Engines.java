package org.platformforge.delivery.domain;

import java.time.Duration;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.AnswerCounts;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.Environments;
import org.platformforge.kernel.api.delivery.Environments.Freeze;
import org.platformforge.kernel.api.delivery.Environments.Limits;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.jobs.OperationException;

/**
 * What other modules do for this one. They are swapped while this one runs: looked up for each call, and waited for by
 * whoever is durable. Thread-safe.
 */
@Component(service = Engines.class)
public final class Engines {
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Resources resources;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Sources sources;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Artifacts artifacts;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile AnswerCounts answers;

    /** Without it, which is without the catalogue, there are no freezes and no limits. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Environments environments;

    Optional<Freeze> frozen(String tenantId, String environment) {
        Environments present = environments;
        return present == null ? Optional.empty() : present.frozen(tenantId, environment);
    }

    Optional<Limits> limits(String tenantId, String environment) {
        Environments present = environments;
        return present == null ? Optional.empty() : present.limits(tenantId, environment);
    }

    /** For a step. */
    AnswerCounts answers() throws OperationException {
        return present(answers, "of traffic");
    }

    /** For a step. */
    Resources resources() throws OperationException {
        return present(resources, "of engines");
    }

    /** For a step. */
    Sources sources() throws OperationException {
        return present(sources, "of repositories");
    }

    /** For a request. */
    Resources resourcesNow() {
        return presentNow(resources, "of engines");
    }

    /** For a request. */
    Sources sourcesNow() {
        return presentNow(sources, "of repositories");
    }

    /** For a request. */
    Artifacts artifactsNow() {
        return presentNow(artifacts, "of artifacts");
    }

    private static <T> T present(T service, String of) throws OperationException {
        if (service == null) {
            throw OperationException.transientFailure("ENGINE_MISSING", missing(of), Duration.ZERO, null);
        }
        return service;
    }

    private static <T> T presentNow(T service, String of) {
        if (service == null) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, missing(of)).withRetryAfter(Duration.ofSeconds(1));
        }
        return service;
    }

    private static String missing(String of) {
        return "The module that takes care " + of + " is not there at the moment";
    }
}
