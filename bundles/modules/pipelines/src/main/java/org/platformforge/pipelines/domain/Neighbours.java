package org.platformforge.pipelines.domain;

import java.time.Duration;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Artifacts;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Environments;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Sources;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.jobs.OperationException;

/**
 * What other modules do for this one. They are swapped while this one runs: looked up for each call, and waited for by
 * whoever is durable. Thread-safe.
 */
@Component(service = Neighbours.class)
public final class Neighbours {
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
    volatile Delivery delivery;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Artifacts artifacts;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ExtensionContributions contributions;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Environments environments;

    Resources resources() throws OperationException {
        return present(resources, "of engines");
    }

    Sources sources() throws OperationException {
        return present(sources, "of repositories");
    }

    Delivery delivery() throws OperationException {
        return present(delivery, "of releases");
    }

    Environments environments() throws OperationException {
        return present(environments, "of environments");
    }

    ExtensionContributions contributions() throws OperationException {
        return present(contributions, "of extensions");
    }

    /** For a request. */
    Artifacts artifactsNow() {
        return presentNow(artifacts, "of artifacts");
    }

    /** For a request. */
    Sources sourcesNow() {
        return presentNow(sources, "of repositories");
    }

    private static <T> T present(T service, String of) throws OperationException {
        if (service == null) {
            throw OperationException.transientFailure("MODULE_MISSING", missing(of), Duration.ZERO, null);
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
