package org.platformforge.admin.domain;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.admin.store.SettingsTable;
import org.platformforge.admin.store.SettingsVersion;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Outbox;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * The settings of the caller's tenant: those of the whole platform for operators, in the tenant {@code platform}, and
 * overrides for everybody else. Every change makes a version; none is ever changed. Thread-safe.
 */
@Component(service = SettingsService.class)
public class SettingsService {
    private static final int LONGEST_REMARK = 500;

    private final Store store;
    private final SettingsState state;
    private final AuditLog audit;
    private final Outbox outbox;

    /** @param before null when it was not set; the same for {@code after} */
    public record Difference(String name, Object before, Object after) {}

    @Activate
    public SettingsService(
            @Reference Store store,
            @Reference SettingsState state,
            @Reference AuditLog audit,
            @Reference Outbox outbox) {
        this.store = store;
        this.state = state;
        this.audit = audit;
        this.outbox = outbox;
    }

    /** What the tenant itself has set. */
    public SettingsVersion current(Caller caller) {
        caller.require("settings:show");
        return store.call(caller.tenantId(), tx -> SettingsTable.current(tx, caller.tenantId()));
    }

    public Map<Setting, SettingsState.Effective> effective(Caller caller) {
        caller.require("settings:show");
        return state.effective(caller.tenantId());
    }

    /** Newest first. */
    public Page<SettingsVersion> versions(Caller caller, PageRequest page) {
        caller.require("settings:show");
        long below = page.cursor() == null ? Long.MAX_VALUE : position(page.cursor());
        return store.call(caller.tenantId(), tx -> {
            int offset = page.cursor() == null ? page.offset() : 0;
            List<SettingsVersion> found = SettingsTable.page(tx, caller.tenantId(), below, offset, page.limit() + 1);
            boolean more = found.size() > page.limit();
            List<SettingsVersion> shown = more ? found.subList(0, page.limit()) : found;
            Optional<String> next =
                    more ? Optional.of(Long.toString(shown.get(shown.size() - 1).version())) : Optional.empty();
            return new Page<>(
                    shown, SettingsTable.current(tx, caller.tenantId()).version(), next);
        });
    }

    private static long position(String cursor) {
        if (!cursor.matches("[1-9][0-9]{0,17}")) {
            throw PlatformException.of(ErrorKind.MALFORMED, "The cursor is not one of this list");
        }
        return Long.parseLong(cursor);
    }

    public SettingsVersion version(Caller caller, long version) {
        caller.require("settings:show");
        return store.call(caller.tenantId(), tx -> version(tx, caller, version));
    }

    /** The state before anything was set counts as version 0. */
    private static SettingsVersion version(Transaction tx, Caller caller, long version) throws SQLException {
        return version == 0
                ? SettingsVersion.none(caller.tenantId())
                : SettingsTable.find(tx, caller.tenantId(), version)
                        .orElseThrow(() -> PlatformException.notFound("Version", Long.toString(version)));
    }

    /** What differs between two versions, by name. */
    public List<Difference> diff(Caller caller, long from, long to) {
        Map<String, Object> before = version(caller, from).values();
        Map<String, Object> after = version(caller, to).values();
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(before.get(name), after.get(name)))
                .map(name -> new Difference(name, before.get(name), after.get(name)))
                .toList();
    }

    /**
     * Sets what is named, and leaves the rest.
     *
     * @param changes by wire name; null gives up the tenant's own value
     * @param expected the version the change was made for, or null for any
     * @throws PlatformException {@code FORBIDDEN} for what only operators set; {@code VALIDATION} naming every wrong field;
     *     {@code PRECONDITION_FAILED} for another version
     */
    public SettingsVersion update(Caller caller, Map<String, Object> changes, Long expected, String remark) {
        caller.require("settings:update");
        Map<String, Optional<Object>> checked = check(caller, changes, remark);
        return change(caller, expected, remark, before -> {
            Map<String, Object> after = new TreeMap<>(before.values());
            checked.forEach(
                    (name, value) -> value.ifPresentOrElse(set -> after.put(name, set), () -> after.remove(name)));
            return after;
        });
    }

    /** Sets everything as it was in a version, as a new version. */
    public SettingsVersion rollback(Caller caller, long version, Long expected) {
        caller.require("settings:update");
        Map<String, Object> then = version(caller, version).values();
        check(caller, then, null); // what the platform asks for may have become more since
        return change(caller, expected, "Rollback to version " + version, before -> then);
    }

    private interface Edit {
        Map<String, Object> of(SettingsVersion before);
    }

    private SettingsVersion change(Caller caller, Long expected, String remark, Edit edit) {
        SettingsVersion changed = store.call(caller.tenantId(), tx -> {
            SettingsVersion before = SettingsTable.current(tx, caller.tenantId());
            if (expected != null && expected != before.version()) {
                throw PlatformException.of(
                                ErrorKind.PRECONDITION_FAILED, "The configuration has been changed in the meantime")
                        .withDetail("version", before.version());
            }
            Map<String, Object> after = edit.of(before);
            if (after.equals(before.values())) {
                return before;
            }
            SettingsVersion next = new SettingsVersion(
                    caller.tenantId(),
                    before.version() + 1,
                    after,
                    tx.now(),
                    caller.onBehalfOf().orElse(caller.subject()),
                    remark);
            SettingsTable.insert(tx, next);
            record(tx, caller, before, next);
            return next;
        });
        state.refresh();
        return changed;
    }

    private void record(Transaction tx, Caller caller, SettingsVersion before, SettingsVersion after) {
        AuditRecord record = AuditRecord.changed(caller, "config.update", "config", before.values(), after.values());
        Map<String, Object> details = new LinkedHashMap<>(record.details());
        details.put("version", after.version());
        if (after.remark() != null) {
            details.put("remark", after.remark());
        }
        audit.append(tx, AuditRecord.success(caller, record.action(), record.target(), details));
        outbox.publish(tx, "config.updated", Map.of("version", after.version(), "settings", after.values()));
    }

    private Map<String, Optional<Object>> check(Caller caller, Map<String, Object> changes, String remark) {
        boolean operator = caller.tenantId().equals(Tenants.PLATFORM);
        List<FieldError> problems = new ArrayList<>();
        Set<String> beyond = new TreeSet<>();
        Map<String, Optional<Object>> checked = new TreeMap<>();
        changes.forEach((name, value) -> {
            String field = "settings." + name;
            Optional<Setting> setting = Setting.of(name);
            if (setting.isEmpty()) {
                problems.add(new FieldError(field, "is no setting; see GET /api/v1/admin/config/schema"));
            } else if (!operator && !setting.get().ofTenants()) {
                beyond.add(name);
            } else if (value == null) {
                checked.put(name, Optional.empty());
            } else {
                checked.put(name, checked(setting.get(), value, operator, field, problems));
            }
        });
        if (remark != null
                && (remark.length() > LONGEST_REMARK || remark.chars().anyMatch(Character::isISOControl))) {
            problems.add(new FieldError("remark", "must be at most " + LONGEST_REMARK + " printable characters"));
        }
        // whatever else is wrong, so that the attempt is on record
        if (!beyond.isEmpty()) {
            throw PlatformException.of(
                    ErrorKind.FORBIDDEN, "Set for the whole platform, by its operators: " + String.join(", ", beyond));
        }
        if (!problems.isEmpty()) {
            throw PlatformException.invalid("Invalid configuration", problems);
        }
        return checked;
    }

    private Optional<Object> checked(
            Setting setting, Object value, boolean operator, String field, List<FieldError> problems) {
        boolean typed = setting.isFlag() ? value instanceof Boolean : value instanceof Number;
        Optional<Object> parsed = typed ? setting.parse(value) : Optional.empty();
        if (parsed.isEmpty()) {
            problems.add(new FieldError(field, setting.expected()));
            return parsed;
        }
        Object platform = state.platform(setting).value();
        if (!operator && setting.stricter(platform, parsed.get())) {
            problems.add(new FieldError(field, "must not be less strict than the platform's " + platform));
        }
        return parsed;
    }
}
