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
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.support.CommandException;
import org.platformforge.kernel.api.module.ModuleManager;
import org.platformforge.kernel.shell.OperatorCommand;

/** A command that changes the modules. */
abstract class ModuleAction extends OperatorCommand {
    @Reference
    ModuleManager modules;

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
