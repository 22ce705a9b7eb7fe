package org.platformforge.kernel.extension.point;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.extension.call.PlatformThreads;
import org.platformforge.kernel.extension.release.Points;
import org.platformforge.kernel.extension.release.Release;
import org.platformforge.kernel.extension.release.Releases;
import org.platformforge.kernel.extension.route.Assignments;
import org.platformforge.kernel.extension.route.Served;

/** What the release each tenant is served by brings to modules. Thread-safe. */
public final class Contributions implements ExtensionContributions {
    private final Releases releases;
    private final Assignments assignments;
    private final PlatformThreads threads;

    public Contributions(Releases releases, Assignments assignments, PlatformThreads threads) {
        this.releases = releases;
        this.assignments = assignments;
        this.threads = threads;
    }

    @Override
    public List<Contribution<TemplateFile>> templates(String tenantId) {
        List<Contribution<TemplateFile>> found = new ArrayList<>();
        for (Served served : assignments.of(tenantId)) {
            served.main().points().templates().forEach(file -> found.add(contribution(served.main(), file)));
        }
        return found;
    }

    @Override
    public <T> List<Contribution<T>> services(String tenantId, Class<T> point) {
        List<Contribution<T>> found = new ArrayList<>();
        for (Served served : assignments.of(tenantId)) {
            Points points = served.main().points();
            if (point == Driver.class) {
                points.engines()
                        .values()
                        .forEach(engine -> found.add(
                                contribution(served.main(), point.cast(new TenantDriver(served, engine, threads)))));
            } else if (point == Framework.class) {
                points.frameworks()
                        .values()
                        .forEach(framework -> found.add(
                                contribution(served.main(), point.cast(new TenantFramework(served, framework)))));
            } else if (point == PipelineStep.class) {
                points.steps()
                        .forEach((name, step) -> found.add(
                                contribution(served.main(), point.cast(new TenantStep(served, name, step, threads)))));
            }
        }
        return found;
    }

    private static <T> Contribution<T> contribution(Release release, T item) {
        return new Contribution<>(release.extensionId(), release.described().version(), release.sha256(), item);
    }

    @Override
    public Set<String> engines(String extensionId, String sha256) {
        return releases.find(extensionId, sha256)
                .map(release -> release.points().engines().keySet())
                .orElse(Set.of());
    }

    @Override
    public Set<String> tenants() {
        return assignments.all().stream()
                .map(served -> served.described().tenantId())
                .collect(Collectors.toSet());
    }
}
