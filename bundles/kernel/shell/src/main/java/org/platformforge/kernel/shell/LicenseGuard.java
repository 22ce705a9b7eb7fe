package org.platformforge.kernel.shell;

import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleRevision;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.Licensing;

/** Lets the commands of a feature set whose licence has run out read and change nothing. */
final class LicenseGuard {
    private LicenseGuard() {}

    /**
     * @param bundle the command's; null outside a framework, where nothing belongs to a feature set
     * @param licensing empty while the licences are away
     * @throws PlatformException {@code FORBIDDEN} with code {@code LICENSE_READ_ONLY}; {@code UNAVAILABLE} when the bundle
     *     belongs to a feature set and nobody can say whether it may
     */
    static void requireRunnable(Class<?> command, Bundle bundle, List<Licensing> licensing) {
        if (command.isAnnotationPresent(RunsReadOnly.class) || !belongsToFeatureSet(bundle)) {
            return;
        }
        if (licensing.isEmpty()) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The licence cannot be asked at the moment");
        }
        licensing.forEach(licence -> licence.requireWritable(bundle.getBundleId()));
    }

    private static boolean belongsToFeatureSet(Bundle bundle) {
        BundleRevision revision = bundle == null ? null : bundle.adapt(BundleRevision.class);
        return revision != null
                && !revision.getDeclaredRequirements(Licensing.NAMESPACE).isEmpty();
    }
}
