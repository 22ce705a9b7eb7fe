package org.platformforge.provisioning.domain.template;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BinaryOperator;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.platformforge.extension.api.template.TemplateProvider;
import org.platformforge.kernel.api.module.Generations;
import org.platformforge.kernel.api.module.Generations.Stage;
import org.platformforge.kernel.api.module.StageWatch;
import org.platformforge.provisioning.domain.Contributor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All templates there are at this moment: the shipped ones, those of every {@link TemplateProvider} of the platform, and
 * for each tenant those of its extensions, which have the extension's id before their name. Of the generations of a bundle
 * the one that acts counts, and none that is only tried; a name belongs to who had it first, the shipped ones before all. A
 * file that cannot be used is left out and listed with what is wrong with it. Thread-safe.
 */
@Component(service = TemplateCatalog.class)
public final class TemplateCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(TemplateCatalog.class);
    private static final List<String> SHIPPED = List.of("web-app", "static-site", "worker");
    /** A template is an entry of a bundle; nothing is fetched from elsewhere. */
    private static final Set<String> PROTOCOLS = Set.of("bundle", "bundleresource", "bundleentry", "jar", "file");

    private static final String OWN = "platform";

    /** A template and where it is from. */
    public record Entry(Template template, Source source) {}

    /** A file that cannot be used. */
    public record Broken(String file, Source source, List<String> problems) {}

    private record Contribution(
            Source source, long bundleId, long serviceId, List<Template> good, List<Broken> broken) {}

    private record View(Map<String, Entry> entries, List<Broken> broken) {}

    private final TemplateParser parser = new TemplateParser();
    private final Map<ServiceReference<TemplateProvider>, Contribution> contributions = new ConcurrentHashMap<>();
    private final ExtensionTemplates extensions;
    private final StageWatch stages = new StageWatch(this::changed);

    /** Read when first needed: an update of the module does not wait for it. */
    private Contribution own;

    /** Null when it has to be made anew. */
    private volatile View view;

    @Activate
    public TemplateCatalog(@Reference ExtensionTemplates extensions) {
        this.extensions = extensions;
    }

    private View view() {
        View ready = view;
        return ready == null ? made() : ready;
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindProvider(ServiceReference<TemplateProvider> reference, TemplateProvider provider) {
        Bundle bundle = reference.getBundle();
        if (Contributor.isExtension(bundle)) {
            return;
        }
        List<URL> files = new ArrayList<>();
        try {
            files.addAll(provider.templates());
        } catch (RuntimeException e) {
            LOG.warn("{} does not say which templates it has", bundle.getSymbolicName(), e);
        }
        contributions.put(
                reference,
                read(
                        Source.platform(bundle.getSymbolicName()),
                        bundle.getBundleId(),
                        (Long) reference.getProperty(Constants.SERVICE_ID),
                        files));
        changed();
    }

    void unbindProvider(ServiceReference<TemplateProvider> reference, TemplateProvider provider) {
        contributions.remove(reference);
        changed();
    }

    private synchronized void changed() {
        view = null;
    }

    /** Optional: while nobody decides between generations, the newest bundle counts. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindGenerations(Generations present) {
        stages.bind(present);
    }

    void unbindGenerations(Generations gone) {
        stages.unbind(gone);
    }

    /** The platform's, then those of the tenant's extensions; by name. */
    public List<Entry> list(String tenantId) {
        List<Entry> all = new ArrayList<>(view().entries().values());
        all.addAll(extensions.of(tenantId).values());
        return all;
    }

    public Optional<Entry> find(String tenantId, String name) {
        if (name == null) {
            return Optional.empty();
        }
        Entry found = name.indexOf('.') < 0
                ? view().entries().get(name)
                : extensions.of(tenantId).get(name);
        return Optional.ofNullable(found);
    }

    public List<String> names(String tenantId) {
        return list(tenantId).stream().map(entry -> entry.template().name()).toList();
    }

    public List<Broken> broken(String tenantId) {
        List<Broken> all = new ArrayList<>(view().broken());
        all.addAll(extensions.broken(tenantId));
        return all;
    }

    /** Reads a definition that a provision kept. */
    public TemplateParser parser() {
        return parser;
    }

    private Contribution read(Source source, long bundleId, long serviceId, List<URL> files) {
        List<Template> good = new ArrayList<>();
        List<Broken> broken = new ArrayList<>();
        for (URL file : files) {
            try {
                Template template =
                        source.name().equals(OWN) ? parser.parseShipped(bytes(file)) : parser.parse(bytes(file));
                if (template.name().indexOf('.') >= 0) {
                    throw new TemplateException(List.of("name: only an extension's has a dot in it"));
                }
                good.add(template);
            } catch (TemplateException e) {
                LOG.warn("The template {} of {} is left out: {}", file, source, e.getMessage());
                broken.add(new Broken(nameOf(file), source, e.problems()));
            }
        }
        return new Contribution(source, bundleId, serviceId, good, broken);
    }

    private static byte[] bytes(URL file) throws TemplateException {
        if (!PROTOCOLS.contains(file.getProtocol())) {
            throw new TemplateException(List.of("templates are not fetched over " + file.getProtocol()));
        }
        try (InputStream stream = file.openStream()) {
            return stream.readNBytes(TemplateParser.LARGEST_FILE + 1);
        } catch (IOException e) {
            throw new TemplateException(List.of("the file cannot be read"));
        }
    }

    private static String nameOf(URL file) {
        return file.getPath().substring(file.getPath().lastIndexOf('/') + 1);
    }

    private synchronized View made() {
        if (view != null) {
            return view;
        }
        if (own == null) {
            own = shipped();
        }
        Map<String, Entry> entries = new TreeMap<>();
        List<Broken> broken = new ArrayList<>();
        for (Contribution contribution : inOrder()) {
            broken.addAll(contribution.broken());
            for (Template template : contribution.good()) {
                Entry first = entries.putIfAbsent(template.name(), new Entry(template, contribution.source()));
                if (first != null) {
                    broken.add(new Broken(
                            template.name(),
                            contribution.source(),
                            List.of("name: " + template.name() + " is taken by a template of " + first.source())));
                }
            }
        }
        view = new View(entries, List.copyOf(broken));
        return view;
    }

    private Contribution shipped() {
        List<URL> files = SHIPPED.stream()
                .map(name -> TemplateCatalog.class.getResource("/META-INF/templates/" + name + ".yaml"))
                .toList();
        return read(Source.platform(OWN), -1, -1, files);
    }

    /** The shipped ones, then one generation of each bundle, oldest bundle first. */
    private List<Contribution> inOrder() {
        // everything is asked once, so that one order is made of one answer
        List<Contribution> present = List.copyOf(contributions.values());
        Map<Long, Stage> answers = new HashMap<>();
        present.forEach(c -> answers.computeIfAbsent(c.bundleId(), stages::stage));
        Comparator<Long> first = Comparator.comparing((Long bundle) -> answers.get(bundle) == Stage.ACTING)
                .thenComparing(Comparator.naturalOrder());
        Map<Source, Long> chosen = new HashMap<>();
        present.stream()
                .filter(c -> answers.get(c.bundleId()) != Stage.CANDIDATE)
                .forEach(c -> chosen.merge(c.source(), c.bundleId(), BinaryOperator.maxBy(first)));
        List<Contribution> order = new ArrayList<>(present.stream()
                .filter(c -> Long.valueOf(c.bundleId()).equals(chosen.get(c.source())))
                .sorted(Comparator.comparingLong(Contribution::bundleId).thenComparingLong(Contribution::serviceId))
                .toList());
        order.add(0, own);
        return order;
    }
}
