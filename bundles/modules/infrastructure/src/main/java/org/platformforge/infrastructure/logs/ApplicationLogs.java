package org.platformforge.infrastructure.logs;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.LogTail;
import org.platformforge.kernel.api.delivery.LogTail.Position;
import org.platformforge.kernel.api.delivery.Resources;
import org.platformforge.kernel.api.delivery.Resources.InUse;
import org.platformforge.kernel.api.jobs.RecurringTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects what running applications write, into the store of their tenant. Applications write to their engine and never wait for this;
 * what an engine no longer has is marked and counted. Those that are quiet are asked less often. One thread at a time.
 */
@Component(service = RecurringTask.class)
public final class ApplicationLogs implements RecurringTask {
    static final String GAP = "--- lines may be missing here: the engine did not keep them ---";

    private static final Logger LOG = LoggerFactory.getLogger(ApplicationLogs.class);
    private static final int MOST_ROUNDS = 5;
    private static final int TIDY_ROUNDS = 30;
    private static final int EXPIRE_ROUNDS = 1800;

    private final LogStores stores;
    /** Rounds an instance is not asked, and how many that is the next time it had nothing. */
    private final Map<String, int[]> quiet = new HashMap<>();

    private long round;

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile Resources resources;

    @Activate
    public ApplicationLogs(@Reference LogStores stores) {
        this.stores = stores;
    }

    @Override
    public String name() {
        return "infrastructure.application-logs";
    }

    @Override
    public Duration period() {
        return Duration.ofSeconds(2);
    }

    @Override
    public void run() {
        Resources engines = resources;
        if (engines != null) {
            collect(engines);
        }
        if (++round % TIDY_ROUNDS == 0) {
            stores.tidy();
        }
        if (round % EXPIRE_ROUNDS == 0) {
            stores.expire();
        }
    }

    private void collect(Resources engines) {
        Set<String> types = Arrays.stream(stores.config().types().split(","))
                .map(String::strip)
                .filter(type -> !type.isEmpty())
                .collect(Collectors.toSet());
        List<InUse> all = types.isEmpty() ? List.of() : engines.inUse(types);
        Set<String> there = new HashSet<>();
        for (InUse one : all) {
            there.add(one.id());
            int[] rest = quiet.computeIfAbsent(one.id(), id -> new int[] {0, 0});
            if (--rest[0] < 0) {
                boolean wrote = collect(engines, one);
                rest[1] = wrote ? 0 : Math.min(MOST_ROUNDS, rest[1] + 1);
                rest[0] = rest[1];
            }
        }
        quiet.keySet().retainAll(there);
    }

    /** @return whether there was something */
    private boolean collect(Resources engines, InUse one) {
        List<String> now;
        try {
            now = engines.logs(one.tenantId(), one.id(), LogTail.WINDOW);
        } catch (PlatformException e) {
            LOG.debug("The log of {} is read later", one.id(), e);
            return false;
        }
        Optional<LogStore> store = now.isEmpty() ? Optional.empty() : stores.write(one.tenantId());
        if (store.isEmpty()) {
            return false;
        }
        // the lines that are known are kept as hashes: they are written with every block
        List<String> hashes = now.stream().map(LineHash::of).toList();
        LogTail.Fresh fresh = LogTail.after(position(store.get().position(one.id())), hashes);
        int count = fresh.lines().size();
        if (count == 0) {
            return false;
        }
        List<LogEntry> entries = new ArrayList<>();
        Instant at = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        if (fresh.gap()) {
            stores.missed(1);
            entries.add(entry(one, at, "warn", GAP));
        }
        for (String line : now.subList(now.size() - count, now.size())) {
            add(entries, one, at, line);
        }
        store.get().append(one.id(), text(fresh.position()), entries);
        return true;
    }

    private static LogEntry entry(InUse one, Instant at, String level, String message) {
        String service = one.service() == null ? one.name() : one.service();
        return new LogEntry(at, level, service, one.environment(), one.name(), null, null, message, null);
    }

    /** Lines that begin with a space belong to the one before them, as those of a stack trace. */
    private static void add(List<LogEntry> entries, InUse one, Instant at, String line) {
        boolean goesOn =
                !line.isEmpty() && (line.charAt(0) == ' ' || line.charAt(0) == '\t') || line.startsWith("Caused by: ");
        if (!goesOn || entries.isEmpty()) {
            entries.add(entry(one, at, Levels.of(line), line));
            return;
        }
        LogEntry last = entries.get(entries.size() - 1);
        String before = last.stackTrace();
        boolean room = before == null || before.length() < LogLines.MOST_TRACE;
        if (room) {
            entries.set(entries.size() - 1, last.withStackTrace(before == null ? line : before + "\n" + line));
        }
    }

    private static Position position(String text) {
        if (text == null) {
            return Position.START;
        }
        String[] parts = text.split(" ");
        return new Position(Long.parseLong(parts[0]), List.of(parts).subList(1, parts.length));
    }

    private static String text(Position position) {
        return position.readTo() + " " + String.join(" ", position.known());
    }
}
