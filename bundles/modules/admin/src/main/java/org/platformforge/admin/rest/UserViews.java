package org.platformforge.admin.rest;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.platformforge.admin.domain.UserAdmin.Outcome;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Pagination;
import org.platformforge.kernel.api.security.Accounts.Account;

/** Users as document 002 shows them to their administrators. */
public final class UserViews {
    private UserViews() {}

    /** @param status {@code active} or {@code suspended} */
    public record UserView(
            String id,
            String email,
            String name,
            String tenantId,
            List<String> roles,
            String status,
            Instant createdAt,
            long version) {}

    public record ListView(List<UserView> users, Pagination pagination, String nextCursor) {}

    public record UserEnvelope(UserView user) {}

    public record DeletedView(String id, boolean deleted) {}

    /**
     * @param done whether the action was carried out
     * @param code why not, as an error of its own would say it
     */
    public record OutcomeView(String id, boolean done, String code, String message) {}

    public record BulkView(List<OutcomeView> results, int done, int failed) {}

    public static UserView of(Account account) {
        return new UserView(
                account.id(),
                account.email(),
                account.name(),
                account.tenantId(),
                account.roles().stream().sorted().toList(),
                account.status().name().toLowerCase(Locale.ROOT),
                account.createdAt(),
                account.version());
    }

    static BulkView of(List<Outcome> outcomes) {
        List<OutcomeView> results = outcomes.stream().map(UserViews::of).toList();
        int done = (int) results.stream().filter(OutcomeView::done).count();
        return new BulkView(results, done, results.size() - done);
    }

    private static OutcomeView of(Outcome outcome) {
        Optional<PlatformException> error = outcome.error();
        return new OutcomeView(
                outcome.id(),
                error.isEmpty(),
                error.map(e -> e.code().orElse(e.kind().name())).orElse(null),
                error.map(PlatformException::getMessage).orElse(null));
    }
}
