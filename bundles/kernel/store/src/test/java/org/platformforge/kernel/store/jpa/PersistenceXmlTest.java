package org.platformforge.kernel.store.jpa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersistenceXmlTest {
    private static UnitDescriptor parse(String xml) throws IOException {
        return PersistenceXml.parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsTheUnit() throws IOException {
        UnitDescriptor unit = parse("""
                <persistence xmlns="http://xmlns.jcp.org/xml/ns/persistence" version="2.2">
                    <persistence-unit name="shop" transaction-type="RESOURCE_LOCAL">
                        <mapping-file>META-INF/queries.xml</mapping-file>
                        <class> org.example.Item </class>
                        <class>org.example.Order</class>
                        <properties><property name="a" value="b"/></properties>
                    </persistence-unit>
                </persistence>
                """);
        assertThat(unit.name()).isEqualTo("shop");
        assertThat(unit.managedClasses()).containsExactly("org.example.Item", "org.example.Order");
        assertThat(unit.mappingFiles()).containsExactly("META-INF/queries.xml");
        assertThat(unit.properties()).containsEntry("a", "b");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
                    <persistence/>                                                          | no persistence-unit
                    <persistence><persistence-unit name=''/></persistence>                  | no name
                    <persistence><persistence-unit                                          | not well-formed
                    <p><persistence-unit name='a'/><persistence-unit name='b'/></p>         | more than one
                    <p><persistence-unit name='a' transaction-type='JTA'/></p>              | must be RESOURCE_LOCAL
                    <!DOCTYPE p [<!ENTITY x SYSTEM 'file:/etc/passwd'>]><p><class>&x;</class></p> | not well-formed
                    """, quoteCharacter = '"')
    void refusesWhatThePlatformDoesNotSupport(String xml, String reason) {
        assertThatThrownBy(() -> parse(xml))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("root:");
    }
}
