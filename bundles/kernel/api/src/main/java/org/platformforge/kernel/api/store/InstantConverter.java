package org.platformforge.kernel.api.store;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.persistence.AttributeConverter;
import javax.persistence.Converter;

/**
 * Keeps an {@link Instant} in a {@code TIMESTAMP} (Derby) or {@code timestamptz} (PostgreSQL) column, to the
 * microsecond: JPA 2.2 does not know the type. Named by {@code @Convert(converter = InstantConverter.class)} on the
 * attribute, and listed as a {@code <class>} of the persistence unit. Derby's column has no zone and takes the
 * process's, which the platform's launcher sets to UTC. Stateless.
 */
@Converter
public final class InstantConverter implements AttributeConverter<Instant, Timestamp> {
    @Override
    public Timestamp convertToDatabaseColumn(Instant instant) {
        return instant == null ? null : Timestamp.from(instant.truncatedTo(ChronoUnit.MICROS));
    }

    @Override
    public Instant convertToEntityAttribute(Timestamp timestamp) {
        return timestamp == null ? null : timestamp.toInstant();
    }
}
