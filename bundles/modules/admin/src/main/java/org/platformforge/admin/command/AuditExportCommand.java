package org.platformforge.admin.command;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.platformforge.admin.domain.AuditCsv;
import org.platformforge.admin.domain.AuditReader;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.store.AuditTrail.Filter;
import org.platformforge.kernel.shell.RunsReadOnly;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code audit:export} */
@Service
@RunsReadOnly
@Command(
        scope = "audit",
        name = "export",
        description = "Writes a tenant's audit log to a new file: lines of JSON that prove themselves, or CSV")
public class AuditExportCommand extends TenantCommand {
    @Argument(name = "file", description = "On the server; must not exist", required = true)
    @Completion(FileCompleter.class)
    private String file;

    @Option(name = "--format", description = "jsonl or csv")
    @Completion(
            value = StringsCompleter.class,
            values = {"jsonl", "csv"})
    private String format = "jsonl";

    @Reference
    private AuditReader audit;

    @Override
    protected void run() throws IOException, CommandException {
        Caller operator = caller();
        if (!format.equals("jsonl") && !format.equals("csv")) {
            throw new CommandException("--format must be jsonl or csv");
        }
        long[] lines = new long[1];
        try (BufferedWriter writer =
                Files.newBufferedWriter(Path.of(file), StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
            if (format.equals("csv")) {
                writer.write(AuditCsv.HEADER);
                audit.read(operator, Filter.ALL, entry -> append(writer, AuditCsv.line(entry), lines));
            } else {
                audit.export(operator, Filter.ALL, line -> append(writer, line + '\n', lines));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        print(new Written(file, lines[0]), lines[0] + " lines written to " + file);
    }

    private record Written(String file, long lines) {}

    private static void append(BufferedWriter writer, String line, long[] lines) {
        try {
            writer.write(line);
            lines[0]++;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
