package org.platformforge.kernel.store.sample;

import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.FetchType;
import javax.persistence.Id;
import javax.persistence.IdClass;
import javax.persistence.JoinColumn;
import javax.persistence.ManyToOne;
import javax.persistence.Table;

/** A sample entity with a lazy relation, which needs weaving. */
@Entity(name = "Line")
@Table(name = "sample_line")
@IdClass(NoteKey.class)
public class LineEntity {
    @Id
    @Column(name = "tenant_id")
    private String tenantId;

    @Id
    private String id;

    @ManyToOne(fetch = FetchType.LAZY)
    @JoinColumn(name = "tenant_id", referencedColumnName = "tenant_id", insertable = false, updatable = false)
    @JoinColumn(name = "note_id", referencedColumnName = "id")
    private NoteEntity note;

    private String text;

    protected LineEntity() {}

    public LineEntity(String tenantId, String id, NoteEntity note) {
        this.tenantId = tenantId;
        this.id = id;
        this.note = note;
    }

    public NoteEntity note() {
        return note;
    }
}
