package example.notes;

import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.extension.api.job.ScheduledJob;

/** Throws old notes away. */
@Component
public final class CleaningJob implements ScheduledJob {
    private final Notes notes;

    @Activate
    public CleaningJob(@Reference Notes notes) {
        this.notes = notes;
    }

    @Override
    public String name() {
        return "clean";
    }

    @Override
    public Duration interval() {
        return Duration.ofHours(1);
    }

    @Override
    public void run() {
        notes.deleteOld();
    }
}
