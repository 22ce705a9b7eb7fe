package org.platformforge.admin.command;

import java.util.Arrays;
import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.admin.domain.Setting;

/** Completes the name of a setting. */
@Service
public final class SettingCompleter implements Completer {
    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        return new StringsCompleter(
                        Arrays.stream(Setting.values()).map(Setting::wireName).toList())
                .complete(session, line, candidates);
    }
}
