package org.platformforge.kernel.http.command;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;

/** A command that changes the modules; what is refused is one message, without a stack. */
abstract class ModuleAction implements Action {
    @Reference
    ModuleManager modules;

    @Reference
    Callers callers;

    @Reference
    Session session;

    @Option(name = "--json", description = "Print JSON")
    boolean json;

    /** The operator at this console. */
    final Caller caller() {
        Object user = session.get("USER");
        return callers.shell(Tenants.PLATFORM, user == null ? "console" : user.toString(), Set.of("operator"));
    }

    /** @return what {@code --json} prints */
    abstract Object run() throws IOException, CommandException;

    /** @param done what {@link #run} returned */
    abstract String sentence(Object done);

    @Override
    public final Object execute() throws Exception {
        try {
            Object done = run();
            System.out.println(json ? Json.of(done) : sentence(done));
            return null;
        } catch (PlatformException e) {
            StringBuilder reason = new StringBuilder(e.getMessage());
            e.fields()
                    .forEach(field -> reason.append("\n  ")
                            .append(field.field())
                            .append(": ")
                            .append(field.message()));
            throw new CommandException(reason.toString());
        }
    }

    /** @param source a file or a URL */
    static InputStream open(String source) throws IOException, CommandException {
        try {
            return source.matches("[a-z]{2,}:.*")
                    ? new URL(source).openStream()
                    : Files.newInputStream(Path.of(source));
        } catch (NoSuchFileException | FileNotFoundException e) {
            throw new CommandException("There is no " + source);
        } catch (MalformedURLException | UnknownHostException e) {
            throw new CommandException(source + " cannot be read: " + e.getMessage());
        }
    }
}
