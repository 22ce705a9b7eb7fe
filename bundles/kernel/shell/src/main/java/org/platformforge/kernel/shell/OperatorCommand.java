package org.platformforge.kernel.shell;

import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.CommandException;
import org.apache.karaf.shell.support.table.ShellTable;
import org.osgi.framework.FrameworkUtil;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.license.Licensing;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;

/**
 * A command of an operator: prints a table or, with {@code --json}, JSON. What is refused is one message that names every
 * wrong field, without a stack, and a record in the audit log. While the licence of its bundle's feature set has run out it is
 * refused, unless it {@link RunsReadOnly}. The shell makes an object for each run.
 */
public abstract class OperatorCommand implements Action {
    @Option(name = "--json", description = "Print JSON")
    private boolean json;

    @Reference
    private Callers callers;

    @Reference
    private Session session;

    /** A list, because commands work while the store is away. */
    @Reference
    private List<AuditLog> audit;

    /** A list for the same reason. */
    @Reference
    private List<Licensing> licensing;

    private Caller acting;

    /**
     * Does it and prints what came of it.
     *
     * @throws PlatformException what was refused
     */
    protected abstract void run() throws Exception;

    @Override
    public final Object execute() throws Exception {
        try {
            LicenseGuard.requireRunnable(getClass(), FrameworkUtil.getBundle(getClass()), licensing);
            run();
            return null;
        } catch (NoSuchFileException e) {
            throw new CommandException("There is no file " + e.getFile());
        } catch (FileAlreadyExistsException e) {
            throw new CommandException(e.getFile() + " exists already");
        } catch (AccessDeniedException e) {
            throw new CommandException("The platform may not open " + e.getFile());
        } catch (PlatformException e) {
            recordRefusal(e);
            throw new CommandException(words(e));
        }
    }

    private void recordRefusal(PlatformException refusal) throws IllegalAccessException {
        boolean failed = refusal.kind().status() >= ErrorKind.INTERNAL.status();
        if (failed || refusal.recorded()) {
            return;
        }
        Command command = getClass().getAnnotation(Command.class);
        Caller actor = acting == null ? operator(callers, session, Tenants.PLATFORM) : acting;
        AuditRecord record = AuditRecord.refused(
                actor,
                command.scope() + '.' + command.name(),
                target(),
                Map.of(
                        "reason",
                        refusal.getMessage(),
                        "error",
                        refusal.code().orElse(refusal.kind().name())));
        audit.forEach(log -> log.refused(record));
    }

    /** The first argument, which in every command names what it is about; empty for none. */
    private String target() throws IllegalAccessException {
        for (Class<?> type = getClass(); type != OperatorCommand.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                Argument argument = field.getAnnotation(Argument.class);
                if (argument != null && argument.index() == 0) {
                    field.setAccessible(true); // as the shell did to set it
                    return Objects.toString(field.get(this), "");
                }
            }
        }
        return "";
    }

    private static String words(PlatformException refused) {
        StringBuilder words = new StringBuilder(refused.getMessage());
        refused.fields()
                .forEach(field ->
                        words.append("\n  ").append(field.field()).append(": ").append(field.message()));
        refused.details().values().stream()
                .filter(List.class::isInstance)
                .flatMap(list -> ((List<?>) list).stream())
                .filter(Map.class::isInstance)
                .map(one -> reason((Map<?, ?>) one))
                .filter(reason -> !reason.isEmpty() && !refused.getMessage().endsWith(reason))
                .forEach(reason -> words.append("\n  ").append(reason));
        return words.toString();
    }

    /** One of several reasons in an error's details; empty when it is none. */
    private static String reason(Map<?, ?> detail) {
        Object path = detail.get("path");
        return detail.get("message") == null
                ? ""
                : (path == null || path.toString().isEmpty() ? "" : path + ": ") + detail.get("message");
    }

    /** The operator at this console, acting in the operators' own tenant. */
    protected Caller caller() {
        return caller(Tenants.PLATFORM);
    }

    /** The operator at this console, acting in this tenant. */
    protected final Caller caller(String tenantId) {
        acting = operator(callers, session, tenantId);
        return acting;
    }

    static Caller operator(Callers callers, Session session, String tenantId) {
        Object user = session.get("USER");
        return callers.shell(tenantId, user == null ? "console" : user.toString(), Set.of(Tenants.OPERATOR_ROLE));
    }

    protected final PrintStream out() {
        return session.getConsole();
    }

    protected final void print(String line) {
        out().println(line);
    }

    /**
     * Prints one or the other.
     *
     * @param view a record or map, or a list of them; see {@link ShellJson}
     */
    protected final void print(Object view, ShellTable table) {
        if (json) {
            print(ShellJson.text(view));
        } else {
            table.print(out());
        }
    }

    /**
     * Prints one or the other.
     *
     * @param view a record or map, or a list of them; see {@link ShellJson}
     * @param sentence the same for people
     */
    protected final void print(Object view, String sentence) {
        print(json ? ShellJson.text(view) : sentence);
    }

    protected final boolean wantsJson() {
        return json;
    }

    /** A table with these columns. @param empty what is printed when it has no rows */
    protected static ShellTable table(String empty, String... columns) {
        ShellTable table = new ShellTable().emptyTableText(empty);
        Stream.of(columns).forEach(table::column);
        return table;
    }

    /** Everything a list has, page by page. */
    protected static <T> List<T> all(Function<PageRequest, Page<T>> list) {
        return Stream.iterate(
                        list.apply(PageRequest.first(PageRequest.MAX_LIMIT)),
                        page -> page != null,
                        page -> page.nextCursor()
                                .map(cursor -> list.apply(new PageRequest(PageRequest.MAX_LIMIT, 0, cursor)))
                                .orElse(null))
                .flatMap(page -> page.items().stream())
                .toList();
    }
}
