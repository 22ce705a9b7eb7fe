package org.platformforge.kernel.http.chain;

import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.slf4j.MDC;

/** The tenant is the credential's; a header may confirm it, and nothing can change it. */
final class TenantStep implements Step {
    private static final String HEADER = "X-Tenant-ID";

    @Override
    public void apply(Exchange exchange) {
        Caller caller = exchange.caller;
        if (caller.scheme() == Caller.Scheme.NONE) {
            return;
        }
        MDC.put(RequestIdStep.MDC_TENANT, caller.tenantId());
        if (exchange.admission.isPublic()) {
            return; // it answers whoever calls
        }
        String named = exchange.request().getHeader(HEADER);
        if (named != null && !named.equals(caller.tenantId())) {
            throw PlatformException.of(ErrorKind.TENANT_MISMATCH, "The credential belongs to another tenant");
        }
    }
}
