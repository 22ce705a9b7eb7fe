package org.platformforge.kernel.store.jpa;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Reads {@code META-INF/persistence.xml}: exactly one unit, RESOURCE_LOCAL, listed classes. */
public final class PersistenceXml {
    private String name;
    private final List<String> classes = new ArrayList<>();
    private final List<String> mappingFiles = new ArrayList<>();
    private final Properties properties = new Properties();

    private PersistenceXml() {}

    /** @throws IllegalArgumentException when the file is not well-formed or not what the platform supports */
    public static UnitDescriptor parse(InputStream xml) throws IOException {
        PersistenceXml parsed = new PersistenceXml();
        try {
            parsed.read(newReader(xml));
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("META-INF/persistence.xml is not well-formed: " + e.getMessage(), e);
        }
        if (parsed.name == null) {
            throw new IllegalArgumentException("META-INF/persistence.xml has no persistence-unit");
        }
        return new UnitDescriptor(parsed.name, parsed.classes, parsed.mappingFiles, parsed.properties);
    }

    private static XMLStreamReader newReader(InputStream xml) throws XMLStreamException {
        // The JDK's own parser, whatever a bundle offers: the file belongs to a module, the settings below to us.
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        return factory.createXMLStreamReader(xml);
    }

    private void read(XMLStreamReader reader) throws XMLStreamException {
        while (reader.hasNext()) {
            if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                element(reader);
            }
        }
        reader.close();
    }

    private void element(XMLStreamReader reader) throws XMLStreamException {
        switch (reader.getLocalName()) {
            case "persistence-unit" -> unit(reader);
            case "class" -> classes.add(reader.getElementText().strip());
            case "mapping-file" -> mappingFiles.add(reader.getElementText().strip());
            case "property" ->
                properties.setProperty(reader.getAttributeValue(null, "name"), reader.getAttributeValue(null, "value"));
            default -> {
                // Provider, cache and validation modes are the platform's decision, not the unit's.
            }
        }
    }

    private void unit(XMLStreamReader reader) {
        if (name != null) {
            throw new IllegalArgumentException("META-INF/persistence.xml has more than one persistence-unit");
        }
        name = reader.getAttributeValue(null, "name");
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("The persistence-unit in META-INF/persistence.xml has no name");
        }
        String type = reader.getAttributeValue(null, "transaction-type");
        if (type != null && !type.equals("RESOURCE_LOCAL")) {
            throw new IllegalArgumentException("The persistence-unit " + name + " must be RESOURCE_LOCAL, not " + type);
        }
    }
}
