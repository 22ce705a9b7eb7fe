package org.platformforge.kernel.shell;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Registry;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.impl.action.command.ManagerImpl;
import org.apache.karaf.shell.impl.console.RegistryImpl;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.security.Callers;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.AuditLog;
import org.platformforge.kernel.api.store.AuditRecord;
import org.platformforge.kernel.api.store.Transaction;

/** Karaf's own way from words to a command's run, without a terminal. */
final class Shell {
    private final Registry registry = new RegistryImpl(null);
    private final ManagerImpl manager = new ManagerImpl(registry, registry);
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final Session session;

    /** @param user who has logged in; null at the local console */
    Shell(String user) {
        PrintStream console = new PrintStream(printed, true, StandardCharsets.UTF_8);
        session = answering(
                Session.class,
                Map.of(
                        "getConsole",
                        arguments -> console,
                        "getRegistry",
                        arguments -> registry,
                        "get",
                        arguments -> arguments[0].equals("USER") ? user : null));
        register(Session.class, session);
        register(
                Callers.class,
                answering(
                        Callers.class,
                        Map.of(
                                "shell",
                                arguments -> caller((String) arguments[0], (String) arguments[1], arguments[2]))));
        List<Tenants.Tenant> tenants = List.of(
                new Tenants.Tenant("platform", "Us", Instant.EPOCH), new Tenants.Tenant("ten_a", "A", Instant.EPOCH));
        register(
                Tenants.class,
                answering(
                        Tenants.class,
                        Map.of(
                                "find",
                                arguments -> tenants.stream()
                                        .filter(tenant -> tenant.id().equals(arguments[0]))
                                        .findFirst(),
                                "list",
                                arguments -> new Page<>(tenants, 2, Optional.empty()))));
    }

    /** A log of refusals; the shell has none before. */
    List<AuditRecord> audited() {
        List<AuditRecord> refused = new ArrayList<>();
        register(AuditLog.class, new AuditLog() {
            @Override
            public void append(Transaction tx, AuditRecord record) {
                throw new UnsupportedOperationException();
            }

            @Override
            public void refused(AuditRecord record) {
                refused.add(record);
            }
        });
        return refused;
    }

    private <T> void register(Class<T> type, T service) {
        registry.register(() -> service, type);
    }

    void register(Class<?>... actions) {
        List.of(actions).forEach(manager::register);
    }

    /** @return what was printed */
    String run(String scope, String name, String... words) throws Exception {
        printed.reset();
        registry.getCommand(scope, name).execute(session, List.<Object>of((Object[]) words));
        return printed.toString(StandardCharsets.UTF_8);
    }

    /** @return what the completer offers behind these words */
    List<String> complete(Class<? extends Completer> completer, String... words) {
        CommandLine line = answering(
                CommandLine.class,
                Map.of(
                        "getArguments",
                        arguments -> words,
                        "getCursorArgument",
                        arguments -> "",
                        "getArgumentPosition",
                        arguments -> 0,
                        "getBufferPosition",
                        arguments -> 0));
        List<String> candidates = new ArrayList<>();
        registry.getService(completer).complete(session, line, candidates);
        return candidates;
    }

    private interface Answer {
        Object to(Object[] arguments);
    }

    private static <T> T answering(Class<T> type, Map<String, Answer> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Answer answer = answers.get(method.getName());
                    if (answer == null) {
                        throw new UnsupportedOperationException(method + " " + Arrays.toString(arguments));
                    }
                    return answer.to(arguments);
                }));
    }

    private static Caller caller(String tenantId, String subject, Object roles) {
        return answering(
                Caller.class,
                Map.of("tenantId", arguments -> tenantId, "subject", arguments -> subject, "roles", arguments ->
                        (Set<?>) roles));
    }
}
