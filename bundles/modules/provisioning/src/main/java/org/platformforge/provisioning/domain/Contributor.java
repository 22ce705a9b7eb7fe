package org.platformforge.provisioning.domain;

import org.osgi.framework.Bundle;
import org.platformforge.kernel.api.extension.ExtensionRouting;

/**
 * Who may contribute by a service of its own: bundles of the platform. What extensions bring is asked of
 * {@link org.platformforge.kernel.api.extension.ExtensionContributions}, tenant by tenant.
 */
public final class Contributor {
    private Contributor() {}

    public static boolean isExtension(Bundle bundle) {
        String location = bundle.getLocation();
        return location != null && location.startsWith(ExtensionRouting.LOCATION);
    }
}
