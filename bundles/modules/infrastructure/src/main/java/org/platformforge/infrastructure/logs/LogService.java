package org.platformforge.infrastructure.logs;

import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.infrastructure.logs.LogStore.Found;
import org.platformforge.infrastructure.logs.LogStore.Numbered;
import org.platformforge.infrastructure.logs.LogStore.Tail;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.security.Tenants;

/**
 * The log of the caller's tenant: of its applications, and in the platform's own tenant of the platform as well, which is for operators.
 * What looks like a secret is blanked. Thread-safe.
 */
@Component(service = LogService.class)
public final class LogService {
    private static final String OPERATE = "platform:infrastructure";

    private final LogStores stores;
    private final PlatformLog platform;

    @Activate
    public LogService(@Reference LogStores stores, @Reference PlatformLog platform) {
        this.stores = stores;
        this.platform = platform;
    }

    /** Newest first; see {@link LogStore#find}. */
    public Found find(Caller caller, LogQuery query, long before) {
        Found found = store(caller)
                .map(store -> store.find(query, before))
                .orElseGet(() -> new Found(List.of(), 0, false, 0));
        return new Found(blanked(found.lines()), found.total(), found.capped(), found.next());
    }

    /** Oldest first; see {@link LogStore#after}. */
    public Tail after(Caller caller, long number, LogQuery query) {
        Tail tail = store(caller).map(store -> store.after(number, query)).orElseGet(() -> new Tail(List.of(), number));
        return new Tail(blanked(tail.lines()), tail.next());
    }

    /** The number of the newest line; 0 while there is none. */
    public long last(Caller caller) {
        return store(caller).map(store -> store.next() - 1).orElse(0L);
    }

    private Optional<LogStore> store(Caller caller) {
        if (Tenants.PLATFORM.equals(caller.tenantId())) {
            caller.require(OPERATE);
            platform.run();
        }
        return stores.read(caller.tenantId());
    }

    private static List<Numbered> blanked(List<Numbered> lines) {
        return lines.stream()
                .map(line -> new Numbered(
                        line.number(),
                        line.entry()
                                .with(
                                        Secrecy.blank(line.entry().message()),
                                        Secrecy.blank(line.entry().stackTrace()))))
                .toList();
    }
}
