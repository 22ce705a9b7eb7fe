package org.platformforge.kernel.extension.point;

import java.util.concurrent.Callable;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.route.Served;

/** Calls that no request started. Stateless. */
final class Callbacks {
    /** How long such a call waits for a place; nobody else does. */
    private static final long PATIENCE_MILLIS = 10_000;

    private Callbacks() {}

    /** @param where what is called, for the tenant to read */
    static <T> T call(Served served, String where, Callable<T> work) throws Exception {
        String tenant = served.described().tenantId();
        Scope scope =
                new Scope(tenant, new ExtensionCaller(tenant, served.described().extensionId()), served.settings());
        return served.watch(where, () -> served.main().calls().call(scope, work, PATIENCE_MILLIS));
    }
}
