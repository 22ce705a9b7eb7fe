package org.platformforge.deployments.domain;

import java.time.Duration;
import java.util.Optional;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Sources;

/**
 * What other modules do for this one. They are swapped while this one runs: looked up for each call. Thread-safe.
 */
@Component(service = Chain.class)
public class Chain {
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Delivery delivery;

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

    Delivery delivery() {
        return present(delivery, "of releases");
    }

    Resources resources() {
        return present(resources, "of engines");
    }

    Sources sources() {
        return present(sources, "of repositories");
    }

    /** For what can be left out. */
    Optional<Delivery> deliveryNow() {
        return Optional.ofNullable(delivery);
    }

    /** Whatever became of it. */
    Optional<Release> newest(Deployment deployment) {
        return delivery()
                .releases(deployment.tenantId(), deployment.service(), Deployment.ENVIRONMENT, PageRequest.first(1))
                .items()
                .stream()
                .findFirst();
    }

    private static <T> T present(T service, String of) {
        if (service == null) {
            throw PlatformException.of(
                            ErrorKind.UNAVAILABLE, "The module that takes care " + of + " is not there at the moment")
                    .withRetryAfter(Duration.ofSeconds(1));
        }
        return service;
    }
}
