package example.notes;

import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.event.EventListener;
import org.platformforge.extension.api.event.PlatformEvent;

/** Writes a note for everything that was provisioned. An event may come twice: its id is the note's. */
@Component
public final class ProvisionListener implements EventListener {
    private final Notes notes;

    @Activate
    public ProvisionListener(@Reference Notes notes) {
        this.notes = notes;
    }

    @Override
    public String name() {
        return "provisions";
    }

    @Override
    public Set<String> types() {
        return Set.of("provision.completed");
    }

    @Override
    public void onEvent(PlatformEvent event) {
        notes.addOnce(event.id(), "platform", "Provisioned: " + event.data().get("id"));
    }
}
