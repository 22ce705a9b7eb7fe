package org.platformforge.kernel.store.database;

import java.util.Map;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.store.sample.NoteEntity;
import org.platformforge.kernel.store.testing.StoreFixture;

/** A process that writes until it is killed, and tells what was committed. */
public final class NoteWriter {
    private NoteWriter() {}

    public static void main(String[] arguments) {
        StoreFixture store = StoreFixture.open(DatabaseSettings.of(arguments[0], null, null), NoteEntity.class);
        while (true) {
            String id = Ids.next("note-");
            store.run("ten_a", tx -> {
                tx.em().persist(new NoteEntity("ten_a", id, "text", tx.now()));
                store.outbox().publish(tx, "note.created", Map.of("id", id));
            });
            System.out.println("committed " + id);
            System.out.flush();
        }
    }
}
