package org.platformforge.kernel.jobs.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.store.DeadLetters;
import org.platformforge.kernel.api.store.DeadLetters.DeadLetter;
import org.platformforge.kernel.api.store.DeadLetters.Selection;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.TenantCompleter;

/** A command on dead letters of all tenants, or of some. */
abstract class DeadLetterAction extends OperatorCommand {
    @Option(name = "--tenant", description = "Only events of this tenant")
    @Completion(TenantCompleter.class)
    private String tenant;

    @Option(name = "--listener", description = "Only those this listener was given up on")
    @Completion(DeadListenerCompleter.class)
    private String listener;

    @Reference
    DeadLetters letters;

    /** @param event null for any */
    final Selection selection(String event) {
        return new Selection(tenant, listener, event);
    }

    final void print(List<DeadLetter> found) {
        ShellTable table = table(
                "No dead letters", "Event", "Type", "Tenant", "Listener", "Failures", "Given up", "Retry", "Error");
        found.forEach(letter -> table.addRow()
                .addContent(
                        letter.event().id(),
                        letter.event().type(),
                        letter.event().tenantId(),
                        letter.listener(),
                        letter.failures(),
                        letter.givenUpAt(),
                        letter.retryRequestedAt() == null ? "" : "requested",
                        letter.error()));
        print(found.stream().map(DeadLetterAction::view).toList(), table);
    }

    private static Map<String, Object> view(DeadLetter letter) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("event_id", letter.event().id());
        values.put("type", letter.event().type());
        values.put("tenant_id", letter.event().tenantId());
        values.put("sequence", letter.event().sequence());
        values.put("created_at", letter.event().createdAt());
        values.put("listener", letter.listener());
        values.put("failures", letter.failures());
        values.put("error", letter.error());
        values.put("given_up_at", letter.givenUpAt());
        values.put("retry_requested_at", letter.retryRequestedAt());
        values.put("data", letter.event().data());
        return values;
    }
}
