package org.platformforge.kernel.store.sample;

import java.time.Instant;
import javax.persistence.Column;
import javax.persistence.Convert;
import javax.persistence.Entity;
import javax.persistence.Id;
import javax.persistence.IdClass;
import javax.persistence.Lob;
import javax.persistence.Table;
import javax.persistence.Version;
import org.platformforge.kernel.api.store.InstantConverter;

/** A sample entity. */
@Entity(name = "Note")
@Table(name = "sample_note")
@IdClass(NoteKey.class)
public class NoteEntity {
    @Id
    @Column(name = "tenant_id")
    private String tenantId;

    @Id
    private String id;

    @Lob
    private String text;

    private long amount;

    @Column(name = "created_at")
    @Convert(converter = InstantConverter.class)
    private Instant createdAt;

    @Version
    private long version;

    protected NoteEntity() {}

    public NoteEntity(String tenantId, String id, String text, Instant createdAt) {
        this.tenantId = tenantId;
        this.id = id;
        this.text = text;
        this.createdAt = createdAt;
    }

    public String text() {
        return text;
    }

    public long amount() {
        return amount;
    }

    public Instant createdAt() {
        return createdAt;
    }

    public void text(String value) {
        this.text = value;
    }

    public void amount(long value) {
        this.amount = value;
    }
}
