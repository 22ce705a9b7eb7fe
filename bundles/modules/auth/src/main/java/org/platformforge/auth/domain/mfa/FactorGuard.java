package org.platformforge.auth.domain.mfa;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.User;
import org.platformforge.auth.store.SessionRepository;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.AccessTokens;
import org.platformforge.kernel.api.store.Transaction;

/** When second factors of a user may be changed. */
@Component(service = FactorGuard.class)
public class FactorGuard {
    private final AccessTokens accessTokens;

    @Activate
    public FactorGuard(@Reference AccessTokens accessTokens) {
        this.accessTokens = accessTokens;
    }

    /** Whether the user's tenant lets nobody do anything without a second factor. */
    public boolean isRequired(User user) {
        return accessTokens.requiresMfa(user.tenantId());
    }

    /**
     * Who has a second factor changes none without having shown it: a session that knows the password only, begun before the
     * enrolment or by a thief, is not enough.
     *
     * @param active the user's factors
     * @throws PlatformException {@code STEP_UP_REQUIRED} with {@code acr_values}
     */
    void requireShown(Transaction tx, Caller caller, List<Factor> active) {
        boolean shown = active.isEmpty()
                || caller.sessionId()
                        .flatMap(id -> SessionRepository.find(tx, id))
                        .filter(session -> session.methods().contains("mfa"))
                        .isPresent();
        if (!shown) {
            throw PlatformException.of(
                            ErrorKind.STEP_UP_REQUIRED,
                            "Confirm who you are, with a code of your second factor, by POST /api/v1/auth/reauthenticate, then"
                                    + " repeat this with the new access token")
                    .withDetail("acr_values", "aal2");
        }
    }

    /**
     * @param active the user's factors
     * @throws PlatformException {@code CONFLICT} when it is the last one, and the tenant requires one
     */
    void requireAnother(User user, List<Factor> active, Method method) {
        boolean last = active.size() == 1 && active.get(0).method() == method;
        if (last && isRequired(user)) {
            throw PlatformException.of(
                            ErrorKind.CONFLICT,
                            "This is your last second factor, and one is required here; set up another one first")
                    .withCode("LAST_FACTOR");
        }
    }
}
