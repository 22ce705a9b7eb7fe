package org.platformforge.itests.extensions;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.platformforge.extension.api.command.ExtensionCommand;

/** Extensions that have trouble to start. */
public final class Trouble {
    /** The cause that must reach whoever installs it. */
    public static final String CAUSE = "The licence server does not know this shop";

    /** A file in the platform's data folder; while it is there, {@link Moody} does not start. */
    public static final String MOOD = "bad-mood";

    private Trouble() {}

    /** As the small shop, but its start fails. */
    public static ExtensionBuilder failing(String id, String version) {
        return Shop.small(id, version).classes(Trouble.class, Nothing.class, Failing.class);
    }

    /** As the small shop, but takes two seconds to start. */
    public static ExtensionBuilder slow(String id, String version) {
        return Shop.small(id, version).classes(Nothing.class, Slow.class);
    }

    /** As the small shop, but starts only when it likes to. */
    public static ExtensionBuilder moody(String id, String version) {
        return Shop.small(id, version)
                .classes(Trouble.class, Nothing.class, Moody.class)
                .manifest("permissions:\n  unsafe: [files, environment]");
    }

    /** An extension's command that does nothing. */
    public abstract static class Nothing implements ExtensionCommand {
        @Override
        public String name() {
            return "nothing";
        }

        @Override
        public String description() {
            return "Does nothing";
        }

        @Override
        public String run(List<String> arguments) {
            return "";
        }
    }

    /** Throws. */
    @Component
    public static final class Failing extends Nothing {
        @Activate
        public Failing() {
            throw new IllegalStateException(CAUSE);
        }
    }

    /** Takes its time. */
    @Component
    public static final class Slow extends Nothing {
        @Activate
        public Slow() throws InterruptedException {
            Thread.sleep(2000);
        }
    }

    /** Depends on the weather. */
    @Component
    public static final class Moody extends Nothing {
        @Activate
        public Moody() {
            if (Files.exists(Path.of(System.getProperty("forge.data"), MOOD))) {
                throw new IllegalStateException(CAUSE);
            }
        }
    }
}
