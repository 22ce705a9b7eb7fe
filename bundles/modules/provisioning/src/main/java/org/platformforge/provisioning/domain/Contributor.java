package org.platformforge.provisioning.domain;

import org.osgi.framework.Bundle;
import org.platformforge.kernel.api.extension.ExtensionRouting;

/**
 * Who may contribute templates and engines: bundles of the platform. What an extension brings would show to every tenant,
 * also to those that have not installed it, so it is left out until the catalogue knows tenants.
 */
public final class Contributor {
    private Contributor() {}

    public static boolean isExtension(Bundle bundle) {
        String location = bundle.getLocation();
        return location != null && location.startsWith(ExtensionRouting.LOCATION);
    }
}
