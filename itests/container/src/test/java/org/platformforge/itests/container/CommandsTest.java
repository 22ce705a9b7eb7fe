package org.platformforge.itests.container;

import static org.junit.Assert.assertEquals;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.inject.Inject;
import org.apache.karaf.shell.api.console.Command;
import org.apache.karaf.shell.api.console.SessionFactory;
import org.junit.Test;

/** A bundle's commands come only when all references of all of them are there: one missing takes the others along. */
public class CommandsTest extends InContainer {
    private static final Set<String> EXPECTED = Set.of(
            "apikey:create",
            "apikey:list",
            "apikey:revoke",
            "audit:export",
            "audit:key",
            "audit:tail",
            "audit:verify",
            "auth:key-list",
            "auth:key-rotate",
            "backup:create",
            "backup:list",
            "backup:restore",
            "backup:verify",
            "catalog:environment-list",
            "catalog:service-deploy",
            "catalog:service-list",
            "catalog:service-releases",
            "catalog:service-rollback",
            "event:dead-discard",
            "event:dead-list",
            "event:dead-retry",
            "event:dead-show",
            "extension:block",
            "extension:disable",
            "extension:enable",
            "extension:info",
            "extension:install",
            "extension:list",
            "extension:publish",
            "extension:rollback",
            "extension:run",
            "extension:trust",
            "extension:uninstall",
            "extension:upgrade",
            "extension:verify",
            "extension:wiring",
            "feature-set:add",
            "feature-set:install",
            "feature-set:list",
            "feature-set:plan",
            "feature-set:uninstall",
            "forge:jfr",
            "forge:logger-set",
            "forge:loggers",
            "forge:module-install",
            "forge:module-uninstall",
            "forge:module-update",
            "forge:modules",
            "forge:status",
            "forge:threads",
            "forge:why",
            "infra:health",
            "infra:logs",
            "license:install",
            "license:request",
            "license:show",
            "license:verify",
            "operation:cancel",
            "operation:list",
            "operation:show",
            "pipeline:approve",
            "pipeline:cancel",
            "pipeline:list",
            "pipeline:logs",
            "pipeline:run",
            "pipeline:runs",
            "pipeline:show",
            "provision:cancel",
            "provision:list",
            "provision:logs",
            "provision:retry",
            "provision:show",
            "ratelimit:show",
            "resource:delete",
            "resource:list",
            "resource:sweep",
            "role:grant",
            "role:list",
            "role:revoke",
            "settings:diff",
            "settings:history",
            "settings:list",
            "settings:rollback",
            "settings:set",
            "support:bundle",
            "template:list",
            "tenant:create",
            "tenant:list",
            "user:activate",
            "user:create",
            "user:list",
            "user:reset-mfa",
            "user:sessions",
            "user:show",
            "user:suspend");

    @Inject
    private SessionFactory sessions;

    @Test
    public void everyCommandIsThere() {
        Set<String> scopes = EXPECTED.stream().map(name -> name.split(":")[0]).collect(Collectors.toSet());
        Set<String> found = sessions.getRegistry().getCommands().stream()
                .filter(command -> scopes.contains(command.getScope()))
                .map(command -> command.getScope() + ":" + command.getName())
                .collect(Collectors.toCollection(TreeSet::new));
        assertEquals(new TreeSet<>(EXPECTED), found);
    }

    /** Which records what is refused, for every one of them. */
    @Test
    public void everyCommandStandsOnTheOneOfOperators() throws ReflectiveOperationException {
        Set<String> others = new TreeSet<>();
        for (Command command : sessions.getRegistry().getCommands()) {
            String name = command.getScope() + ":" + command.getName();
            if (EXPECTED.contains(name)) {
                Object action = command.getClass().getMethod("getActionClass").invoke(command);
                if (!isOperatorCommand((Class<?>) action)) {
                    others.add(name);
                }
            }
        }
        assertEquals(Set.of(), others);
    }

    private static boolean isOperatorCommand(Class<?> action) {
        return action != null
                && (action.getName().equals("org.platformforge.kernel.shell.OperatorCommand")
                        || isOperatorCommand(action.getSuperclass()));
    }

    @Test
    public void noCommandIsThereTwice() {
        Stream<String> names = sessions.getRegistry().getCommands().stream()
                .map(command -> command.getScope() + ":" + command.getName());
        Set<String> seen = new TreeSet<>();
        assertEquals(Set.of(), names.filter(name -> !seen.add(name)).collect(Collectors.toSet()));
    }
}
