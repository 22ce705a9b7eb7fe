package org.platformforge.kernel.http.command;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.kernel.api.module.ModuleManager;

/** Completes names of installed modules. */
@Service
public final class ModuleCompleter implements Completer {
    @Reference
    private ModuleManager modules;

    @Override
    public int complete(Session session, CommandLine line, List<String> candidates) {
        StringsCompleter names = new StringsCompleter();
        modules.list().forEach(module -> names.getStrings().add(module.symbolicName()));
        return names.complete(session, line, candidates);
    }
}
