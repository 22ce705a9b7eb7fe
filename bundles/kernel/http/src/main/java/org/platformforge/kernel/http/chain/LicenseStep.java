package org.platformforge.kernel.http.chain;

import org.platformforge.kernel.api.license.Licensing;

/** Lets a bundle of a feature set whose licence has run out answer questions and change nothing. */
final class LicenseStep implements Step {
    private final PlatformServices services;

    LicenseStep(PlatformServices services) {
        this.services = services;
    }

    @Override
    public void apply(Exchange exchange) {
        if (exchange.isSafe() || !exchange.route.generation().belongsToFeatureSet()) {
            return;
        }
        Licensing licensing = services.licensing();
        if (licensing == null) {
            throw PlatformServices.unavailable();
        }
        licensing.requireWritable(exchange.route.generation().bundleId());
    }
}
