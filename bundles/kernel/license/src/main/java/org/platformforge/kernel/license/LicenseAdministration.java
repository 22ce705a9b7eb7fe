package org.platformforge.kernel.license;

import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Endpoint;
import org.platformforge.kernel.api.license.LicenseStatus;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.license.document.License;
import org.platformforge.kernel.license.document.LicenseException;
import org.platformforge.kernel.license.document.SignedLicense;
import org.platformforge.kernel.license.rest.LicenseView;

/** What operators do with the licence, by whichever way they come; on record. Thread-safe. */
@Component(service = LicenseAdministration.class)
public final class LicenseAdministration {
    public static final String READ = Endpoint.PLATFORM_PERMISSION + "license-read";
    public static final String INSTALL = Endpoint.PLATFORM_PERMISSION + "license-install";

    private static final String ACTION = "license.install";

    private final Licenses licenses;
    private final Store store;
    private final AuditLog audit;

    @Activate
    public LicenseAdministration(@Reference Licenses licenses, @Reference Store store, @Reference AuditLog audit) {
        this.licenses = licenses;
        this.store = store;
        this.audit = audit;
    }

    public LicenseView show(Caller caller) {
        caller.require(READ);
        return view();
    }

    private LicenseView view() {
        LicenseStatus status = licenses.status();
        return LicenseView.of(status, licenses.installation());
    }

    /** @throws PlatformException {@code UNPROCESSABLE}, its code names what is wrong with it */
    public License verify(Caller caller, byte[] file) {
        caller.require(READ);
        return licenses.verify(file);
    }

    /** @throws PlatformException as {@link #verify}; the licence before stays then */
    public LicenseView install(Caller caller, byte[] file) {
        caller.require(INSTALL);
        try {
            License license = licenses.install(file);
            store.run(
                    caller.tenantId(),
                    tx -> audit.append(tx, AuditRecord.success(caller, ACTION, license.id(), details(license))));
            return view();
        } catch (PlatformException e) {
            audit.refused(AuditRecord.refused(
                    caller,
                    ACTION,
                    claimedId(file),
                    Map.of("reason", e.code().orElse(e.kind().name()))));
            throw e.asRecorded();
        }
    }

    private static Map<String, Object> details(License license) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("customer", license.customer());
        details.put("serial", license.serial());
        details.put("feature_sets", license.featureSets());
        details.put("limits", license.limits());
        details.put("expires_at", license.expiresAt().toString());
        return details;
    }

    private static String claimedId(byte[] file) {
        try {
            return SignedLicense.read(file).license().id();
        } catch (LicenseException e) {
            return "license";
        }
    }
}
