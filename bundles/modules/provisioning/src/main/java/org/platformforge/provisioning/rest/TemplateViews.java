package org.platformforge.provisioning.rest;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Templates on the wire. */
public final class TemplateViews {
    private TemplateViews() {}

    /** Which of the tenant's extensions a template is from. */
    public record TemplateExtension(String id, String version) {}

    /**
     * @param source {@code core} or {@code extension}
     * @param extension null for {@code core}
     * @param problems why it cannot be used now, such as an engine that is missing; empty when it can
     */
    public record TemplateSummary(
            String name,
            String title,
            String description,
            String version,
            String source,
            TemplateExtension extension,
            String estimatedTime,
            List<String> problems) {}

    public record TemplateList(List<TemplateSummary> templates) {}

    /** @param engine null when none is installed that makes the type */
    public record TemplateResourceView(String name, String type, String engine, Set<String> dependsOn) {}

    /**
     * @param source {@code core} or {@code extension}
     * @param extension null for {@code core}
     * @param estimatedTime what half of the tenant's own runs did not exceed, else what the author says
     * @param estimatedTimeP90 what nine of ten runs did not exceed, null without at least three runs
     * @param measuredRuns how many runs the estimate is from; fewer than three are not used
     * @param estimateError the median of |estimated - taken| / taken over past runs, null without any
     * @param parameters a JSON Schema (2020-12); {@code writeOnly} marks secrets
     */
    public record TemplateView(
            String name,
            String title,
            String description,
            String version,
            String source,
            TemplateExtension extension,
            String estimatedTime,
            String estimatedTimeP90,
            int measuredRuns,
            Double estimateError,
            Map<String, Object> parameters,
            List<TemplateResourceView> resources,
            List<String> outputs,
            List<String> problems) {}
}
