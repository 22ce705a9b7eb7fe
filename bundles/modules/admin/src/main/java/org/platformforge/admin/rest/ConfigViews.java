package org.platformforge.admin.rest;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.platformforge.admin.domain.Setting;
import org.platformforge.admin.domain.SettingsService.Difference;
import org.platformforge.admin.domain.SettingsState.Effective;
import org.platformforge.admin.store.SettingsVersion;

/** Settings as document 002 shows them, and where they come from. */
public final class ConfigViews {
    private ConfigViews() {}

    /**
     * @param settings what is in force, by name
     * @param sources where each value comes from: {@code tenant}, {@code platform}, {@code file} or {@code default}
     * @param overrides what the tenant itself has set
     * @param version of the overrides; 0 when nothing was ever set
     */
    public record ConfigView(
            Map<String, Object> settings,
            Map<String, String> sources,
            Map<String, Object> overrides,
            long version,
            Instant updatedAt,
            String updatedBy) {}

    /** @param settings what the tenant had set in this version */
    public record VersionView(
            long version, Map<String, Object> settings, Instant updatedAt, String updatedBy, String remark) {}

    public record VersionListView(List<VersionView> versions, long total, String nextCursor) {}

    public record ChangeView(String name, Object before, Object after) {}

    public record DiffView(long from, long to, List<ChangeView> changes) {}

    /**
     * @param type {@code boolean} or {@code integer}
     * @param scope {@code platform}, or {@code tenant} when a tenant may set a stricter value for itself
     * @param expected what a value must be
     */
    public record SettingView(String name, String type, String scope, Object defaultValue, String expected) {}

    public record SchemaView(List<SettingView> settings) {}

    public static ConfigView of(SettingsVersion own, Map<Setting, Effective> effective) {
        Map<String, Object> settings = new LinkedHashMap<>();
        Map<String, String> sources = new LinkedHashMap<>();
        effective.forEach((setting, value) -> {
            settings.put(setting.wireName(), value.value());
            sources.put(setting.wireName(), value.source());
        });
        return new ConfigView(settings, sources, own.values(), own.version(), own.changedAt(), own.changedBy());
    }

    public static VersionView of(SettingsVersion version) {
        return new VersionView(
                version.version(), version.values(), version.changedAt(), version.changedBy(), version.remark());
    }

    public static DiffView of(long from, long to, List<Difference> differences) {
        return new DiffView(
                from,
                to,
                differences.stream()
                        .map(each -> new ChangeView(each.name(), each.before(), each.after()))
                        .toList());
    }

    static SchemaView schema() {
        return new SchemaView(Arrays.stream(Setting.values())
                .map(setting -> new SettingView(
                        setting.wireName(),
                        setting.isFlag() ? "boolean" : "integer",
                        setting.ofTenants() ? "tenant" : "platform",
                        setting.initial(),
                        setting.expected()))
                .toList());
    }
}
