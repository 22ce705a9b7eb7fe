package org.platformforge.extension.verifier;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** The Declarative Services descriptions of one bundle. Used once. */
final class ComponentLint {
    private static final int MAX_COMPONENTS = 1000;
    static final int MAX_BYTES = 256 << 10;
    static final Set<String> POINTS = Set.of(
            "org.platformforge.extension.api.template.TemplateProvider",
            "org.platformforge.extension.api.driver.Driver",
            "org.platformforge.extension.api.framework.Framework",
            "org.platformforge.extension.api.event.EventListener",
            "org.platformforge.extension.api.job.ScheduledJob",
            "org.platformforge.extension.api.pipeline.PipelineStep",
            "org.platformforge.extension.api.command.ExtensionCommand");
    private static final String CONTEXT = "org.platformforge.extension.api.ExtensionContext";

    private final Artifact artifact;
    private final Artifact.Part part;
    private final Findings findings;

    ComponentLint(Artifact artifact, Artifact.Part part, Findings findings) {
        this.artifact = artifact;
        this.part = part;
        this.findings = findings;
    }

    /** @return how many services under extension points its components provide */
    int check() throws BadArchiveException {
        List<Component> components = new ArrayList<>();
        for (String path : paths()) {
            String where = part.where(path);
            ZipArchive.Entry entry = part.archive().entry(path);
            if (entry == null) {
                findings.add(
                        Code.COMPONENT_SYNTAX,
                        where,
                        "Service-Component names a description that is not there; wildcards are not taken");
            } else {
                components.addAll(parse(entry));
            }
            if (components.size() > MAX_COMPONENTS) {
                throw new BadArchiveException(
                        Code.TOO_LARGE, where, "There are more than " + MAX_COMPONENTS + " components");
            }
        }
        components.forEach(this::check);
        return (int) components.stream().filter(Component::isPoint).count();
    }

    private List<String> paths() {
        try {
            return part.headers().clauses("Service-Component").stream()
                    .flatMap(clause -> clause.paths().stream())
                    .distinct()
                    .toList();
        } catch (IllegalArgumentException e) {
            findings.add(Code.BUNDLE_MANIFEST_SYNTAX, part.where(Headers.PATH), e.getMessage());
            return List.of();
        }
    }

    private List<Component> parse(ZipArchive.Entry entry) throws BadArchiveException {
        String where = part.where(entry.name());
        Handler handler = new Handler(where);
        try {
            byte[] xml = part.archive().content(entry, MAX_BYTES);
            parser().parse(new InputSource(new ByteArrayInputStream(xml)), handler);
        } catch (SAXException | java.io.IOException e) {
            findings.add(Code.COMPONENT_SYNTAX, where, "The description cannot be read: " + e.getMessage());
        }
        return handler.components;
    }

    private static SAXParser parser() throws SAXException {
        try {
            SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature(javax.xml.XMLConstants.FEATURE_SECURE_PROCESSING, true);
            return factory.newSAXParser();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("The JDK's own parser has these features", e);
        }
    }

    private void check(Component component) {
        if (!exists(component.implementation)) {
            findings.add(
                    Code.COMPONENT_SYNTAX,
                    component.where,
                    "There is no class " + component.implementation + " in the bundle");
        }
        for (String service : component.services) {
            boolean allowed = POINTS.contains(service) || (component.resource && exists(service)) || own(service);
            if (!allowed) {
                findings.add(
                        Code.COMPONENT_SERVICE,
                        component.where,
                        service + " is no extension point, nor the extension's own");
            }
        }
        for (String reference : component.references) {
            if (!reference.equals(CONTEXT) && !own(reference)) {
                findings.add(
                        Code.COMPONENT_REFERENCE,
                        component.where,
                        "A reference to " + reference
                                + " is never satisfied: an extension sees ExtensionContext and its own services");
            }
        }
        if (component.configured) {
            findings.add(
                    Code.COMPONENT_REFERENCE,
                    component.where,
                    "The component requires a configuration, which an extension never gets; use Settings");
        }
    }

    private boolean exists(String type) {
        return part.has(type.replace('.', '/') + ".class");
    }

    private boolean own(String type) {
        int dot = type.lastIndexOf('.');
        String folder = dot < 0 ? "" : type.substring(0, dot);
        return artifact.packages().contains(folder) && !AllowedPackages.foreign(folder);
    }

    private static final class Component {
        private final String where;
        private final List<String> services = new ArrayList<>();
        private final List<String> references = new ArrayList<>();
        private String implementation = "";
        private boolean resource;
        private boolean configured;

        Component(String where) {
            this.where = where;
        }

        boolean isPoint() {
            return resource || services.stream().anyMatch(POINTS::contains);
        }
    }

    private static final class Handler extends DefaultHandler {
        private final String where;
        private final List<Component> components = new ArrayList<>();
        private Component open;

        Handler(String where) {
            this.where = where;
        }

        @Override
        public void startElement(String uri, String local, String qualified, Attributes attributes)
                throws SAXException {
            if (local.equals("component")) {
                open = new Component(where);
                open.configured = "require".equals(attributes.getValue("configuration-policy"));
                components.add(open);
            } else if (open != null) {
                take(local, attributes);
            }
        }

        private void take(String local, Attributes attributes) throws SAXException {
            switch (local) {
                case "implementation" -> open.implementation = value(attributes, "class");
                case "provide" -> open.services.add(value(attributes, "interface"));
                case "reference" -> open.references.add(value(attributes, "interface"));
                case "property" ->
                    open.resource |= "osgi.jaxrs.resource".equals(attributes.getValue("name"))
                            && "true".equals(attributes.getValue("value"));
                default -> {
                    // nothing the platform has to know
                }
            }
        }

        private static String value(Attributes attributes, String name) throws SAXException {
            String value = attributes.getValue(name);
            if (value == null) {
                throw new SAXException("The attribute " + name + " is missing");
            }
            return value;
        }

        @Override
        public InputSource resolveEntity(String publicId, String systemId) {
            return new InputSource(new ByteArrayInputStream(new byte[0]));
        }

        @Override
        public void error(org.xml.sax.SAXParseException e) throws SAXException {
            throw e;
        }
    }
}
