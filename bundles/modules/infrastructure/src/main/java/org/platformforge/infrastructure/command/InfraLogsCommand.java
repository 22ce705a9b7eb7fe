package org.platformforge.infrastructure.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.infrastructure.logs.LogEntry;
import org.platformforge.infrastructure.logs.LogQuery;
import org.platformforge.infrastructure.logs.LogService;
import org.platformforge.infrastructure.logs.LogStore;
import org.platformforge.infrastructure.rest.LogQueries;
import org.platformforge.infrastructure.rest.LogResource.LogView;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.ShellJson;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code infra:logs}: the newest lines that match, oldest first; with {@code --follow} also those that come. */
@Service
@RunsReadOnly
@Command(
        scope = "infra",
        name = "logs",
        description = "Searches and follows the platform's log, or with --tenant that of its applications")
public class InfraLogsCommand extends TenantCommand {
    private static final long LOOK_MILLIS = 500;

    @Option(name = "--level", description = "trace, debug, info, warn, error or fatal")
    private String level;

    @Option(name = "--service", description = "A bundle of the platform such as auth, or an application")
    private String service;

    @Option(name = "--environment", description = "Where the application runs")
    private String environment;

    @Option(name = "--text", description = "Whole words that stand next to each other")
    private String text;

    @Option(name = "--from", description = "Not older, as 2026-01-01T00:00:00Z")
    private String from;

    @Option(name = "--to", description = "Not newer")
    private String to;

    @Option(name = "--limit", description = "How many lines, at most 1000")
    private int limit = 50;

    @Option(name = "-f", aliases = "--follow", description = "Go on with what comes, until Ctrl+C")
    private boolean follow;

    @Reference
    private LogService log;

    @Override
    protected void run() throws InterruptedException {
        Caller caller = caller();
        LogQuery query = LogQueries.query(level, from, to, service, environment, text, limit, null);
        long last = log.last(caller);
        List<LogStore.Numbered> lines =
                new ArrayList<>(log.find(caller, query, last + 1).lines());
        Collections.reverse(lines);
        show(lines);
        while (follow) {
            LogStore.Tail tail = log.after(caller, last, query);
            show(tail.lines());
            last = tail.next();
            Thread.sleep(LOOK_MILLIS); // Ctrl+C interrupts it
        }
    }

    private void show(List<LogStore.Numbered> lines) {
        for (LogStore.Numbered line : lines) {
            LogEntry entry = line.entry();
            out().println(wantsJson() ? ShellJson.text(LogView.of(entry)) : words(entry));
        }
        out().flush();
    }

    private static String words(LogEntry entry) {
        String where = entry.instance() == null ? entry.service() : entry.service() + "/" + entry.instance();
        return entry.timestamp() + " " + entry.level() + " " + where + ": " + entry.message()
                + (entry.stackTrace() == null ? "" : "\n" + entry.stackTrace());
    }
}
