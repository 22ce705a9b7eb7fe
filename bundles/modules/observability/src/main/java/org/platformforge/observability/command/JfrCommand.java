package org.platformforge.observability.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.observability.support.Recordings;

/** {@code forge:jfr} */
@Service
@Command(
        scope = "forge",
        name = "jfr",
        description = "Records with the JDK Flight Recorder: start, dump, stop or status")
public final class JfrCommand extends OperatorCommand {
    @Argument(name = "action", description = "start, dump, stop or status")
    @Completion(
            value = StringsCompleter.class,
            values = {"start", "dump", "stop", "status"})
    private String action = "status";

    @Option(name = "--settings", description = "default or profile")
    @Completion(
            value = StringsCompleter.class,
            values = {"default", "profile"})
    private String settings = "default";

    @Option(name = "--minutes", description = "How long it records at most")
    private int minutes = 10;

    @Option(name = "--megabytes", description = "How much is kept at most; the oldest is dropped then")
    private int megabytes = 100;

    @Reference
    private Recordings recordings;

    @Override
    protected void run() throws IOException {
        switch (action) {
            case "start" -> {
                Recordings.State state = recordings.start(settings, Duration.ofMinutes(minutes), megabytes);
                print(view(state), "Recording since " + state.since() + " for " + minutes + " minutes");
            }
            case "dump" -> written(recordings.dump());
            case "stop" -> written(recordings.stop());
            case "status" ->
                print(
                        recordings.state().map(JfrCommand::view).orElse(Map.of("running", false)),
                        recordings.state().map(Recordings.State::toString).orElse("Nothing is being recorded"));
            default -> throw PlatformException.invalid("action", "must be start, dump, stop or status");
        }
    }

    private static Map<String, Object> view(Recordings.State state) {
        return Map.of("running", state.running(), "since", state.since(), "bytes", state.bytes());
    }

    private void written(Path file) {
        print(Map.of("file", file.toString()), "Written to " + file);
    }
}
