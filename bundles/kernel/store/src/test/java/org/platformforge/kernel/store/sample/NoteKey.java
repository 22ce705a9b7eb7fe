package org.platformforge.kernel.store.sample;

import java.io.Serializable;
import java.util.Objects;

/** The key of the sample entities. */
public final class NoteKey implements Serializable {
    private static final long serialVersionUID = 1L;

    private String tenantId;
    private String id;

    public NoteKey() {}

    public NoteKey(String tenantId, String id) {
        this.tenantId = tenantId;
        this.id = id;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NoteKey key && tenantId.equals(key.tenantId) && id.equals(key.id);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenantId, id);
    }
}
