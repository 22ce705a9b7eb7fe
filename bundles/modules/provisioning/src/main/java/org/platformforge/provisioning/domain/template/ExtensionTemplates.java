package org.platformforge.provisioning.domain.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.kernel.api.extension.ContributionCheck;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionContributions.Contribution;
import org.platformforge.kernel.api.extension.ExtensionContributions.TemplateFile;
import org.platformforge.provisioning.domain.template.TemplateCatalog.Broken;
import org.platformforge.provisioning.domain.template.TemplateCatalog.Entry;

/**
 * Templates of the extensions a tenant has, each in the tenant's version. A release with a template that cannot be used is
 * not started; where it was started before this module was there, the template is left out. Thread-safe.
 */
@Component(service = {ExtensionTemplates.class, ContributionCheck.class})
public final class ExtensionTemplates implements ContributionCheck {
    private static final int KEPT = 128;

    /** @param templates by name */
    private record Read(Map<String, Entry> templates, List<Broken> broken) {}

    private final TemplateParser parser = new TemplateParser();

    /** By the release's hash, those asked for last. */
    private final Map<String, Read> releases = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Read> eldest) {
            return size() > KEPT;
        }
    };

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    volatile ExtensionContributions contributions;

    @Override
    public List<String> problems(String extensionId, List<TemplateFile> files) {
        Read read = read(new Source(extensionId, ""), files);
        return read.broken().stream()
                .map(broken ->
                        "The template " + broken.file() + " cannot be used: " + String.join("; ", broken.problems()))
                .toList();
    }

    /** By name. */
    Map<String, Entry> of(String tenantId) {
        Map<String, Entry> all = new TreeMap<>();
        reads(tenantId).forEach(read -> all.putAll(read.templates()));
        return all;
    }

    List<Broken> broken(String tenantId) {
        return reads(tenantId).stream().flatMap(read -> read.broken().stream()).toList();
    }

    private List<Read> reads(String tenantId) {
        ExtensionContributions asked = contributions;
        if (asked == null) {
            return List.of();
        }
        Map<String, List<Contribution<TemplateFile>>> byRelease = new LinkedHashMap<>();
        asked.templates(tenantId)
                .forEach(one -> byRelease
                        .computeIfAbsent(one.sha256(), sha256 -> new ArrayList<>())
                        .add(one));
        return byRelease.values().stream().map(this::read).toList();
    }

    private Read read(List<Contribution<TemplateFile>> files) {
        Contribution<TemplateFile> first = files.get(0);
        synchronized (releases) {
            return releases.computeIfAbsent(
                    first.sha256(),
                    sha256 -> read(
                            new Source(first.extensionId(), first.version()),
                            files.stream().map(Contribution::item).toList()));
        }
    }

    private Read read(Source source, List<TemplateFile> files) {
        Map<String, Entry> templates = new TreeMap<>();
        List<Broken> broken = new ArrayList<>();
        for (TemplateFile file : files) {
            try {
                Template template = parser.parse(file.content());
                String problem = null;
                if (!template.name().startsWith(source.name() + ".")) {
                    problem = "name: must be " + source.name() + "." + local(template.name())
                            + ": others have templates of their own";
                } else if (templates.putIfAbsent(template.name(), new Entry(template, source)) != null) {
                    problem = "name: another template of the extension is called " + template.name();
                }
                if (problem != null) {
                    broken.add(new Broken(file.name(), source, List.of(problem)));
                }
            } catch (TemplateException e) {
                broken.add(new Broken(file.name(), source, e.problems()));
            }
        }
        return new Read(templates, List.copyOf(broken));
    }

    private static String local(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
