package org.platformforge.provisioning.domain.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.kernel.api.extension.ExtensionContributions;

/** Extensions that tenants have, as the runtime tells of them. */
public final class FakeExtensions implements ExtensionContributions {
    /** A version of an extension in one tenant. */
    public record Version(String extensionId, String version, List<String> templates, List<Driver> drivers) {
        public String sha256() {
            return extensionId + "@" + version;
        }
    }

    private final Map<String, Map<String, Version>> tenants = new ConcurrentHashMap<>();
    private final Map<String, Version> running = new ConcurrentHashMap<>();

    public ExtensionTemplates templates() {
        ExtensionTemplates templates = new ExtensionTemplates();
        templates.contributions = this;
        return templates;
    }

    /** One write: from now on the tenant has this version. */
    public void serve(String tenantId, Version version) {
        running.put(version.sha256(), version);
        tenants.compute(tenantId, (id, before) -> {
            Map<String, Version> now = before == null ? new HashMap<>() : new HashMap<>(before);
            now.put(version.extensionId(), version);
            return now;
        });
    }

    public void run(Version version) {
        running.put(version.sha256(), version);
    }

    public void remove(String tenantId) {
        tenants.remove(tenantId);
    }

    private Iterable<Version> of(String tenantId) {
        return new TreeMap<>(tenants.getOrDefault(tenantId, Map.of())).values();
    }

    @Override
    public List<Contribution<TemplateFile>> templates(String tenantId) {
        List<Contribution<TemplateFile>> all = new ArrayList<>();
        for (Version one : of(tenantId)) {
            for (String text : one.templates()) {
                all.add(contribution(one, file(text)));
            }
        }
        return all;
    }

    public static TemplateFile file(String text) {
        return new TemplateFile("site.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    private static <T> Contribution<T> contribution(Version version, T item) {
        return new Contribution<>(version.extensionId(), version.version(), version.sha256(), item);
    }

    @Override
    public <T> List<Contribution<T>> services(String tenantId, Class<T> point) {
        List<Contribution<T>> all = new ArrayList<>();
        for (Version one : of(tenantId)) {
            one.drivers().forEach(driver -> all.add(contribution(one, point.cast(driver))));
        }
        return all;
    }

    @Override
    public Set<String> engines(String extensionId, String sha256) {
        Version version = running.get(sha256);
        return version == null
                ? Set.of()
                : version.drivers().stream().map(Driver::engine).collect(Collectors.toSet());
    }

    @Override
    public Set<String> tenants() {
        return Set.copyOf(tenants.keySet());
    }
}
