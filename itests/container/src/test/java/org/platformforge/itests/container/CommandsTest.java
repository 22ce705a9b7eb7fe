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
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.wiring.BundleRevision;

/** A bundle's commands come only when all references of all of them are there: one missing takes the others along. */
public class CommandsTest extends InContainer {
    private static final Set<String> EXPECTED = Set.of(
            "apikey:create",
            "apikey:list",
            "apikey:revoke",
            "apikey:rotate",
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
            "feature-set:upgrade",
            "forge:jfr",
            "forge:logger-set",
            "forge:loggers",
            "forge:module-history",
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

    /** Of the feature sets that a vendor may license: what is refused while a licence has run out. */
    private static final Set<String> CHANGING = Set.of(
            "catalog:service-deploy",
            "catalog:service-rollback",
            "deployment:delete",
            "extension:block",
            "extension:disable",
            "extension:enable",
            "extension:install",
            "extension:publish",
            "extension:rollback",
            "extension:run",
            "extension:trust",
            "extension:uninstall",
            "extension:upgrade",
            "pipeline:approve",
            "pipeline:cancel",
            "pipeline:run",
            "role:grant",
            "role:revoke",
            "settings:rollback",
            "settings:set",
            "user:activate",
            "user:create",
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
                if (!isOperatorCommand(action(command))) {
                    others.add(name);
                }
            }
        }
        assertEquals(Set.of(), others);
    }

    /** A new command of a set is either in the list or says that it runs read only. */
    @Test
    public void everyCommandOfASetThatOnlyReadsSaysSo() throws ReflectiveOperationException {
        Set<String> changing = new TreeSet<>();
        for (Command command : sessions.getRegistry().getCommands()) {
            Class<?> action = action(command);
            if (action != null
                    && belongsToFeatureSet(FrameworkUtil.getBundle(action))
                    && Stream.of(action.getAnnotations())
                            .noneMatch(annotation -> annotation
                                    .annotationType()
                                    .getName()
                                    .equals("org.platformforge.kernel.shell.RunsReadOnly"))) {
                changing.add(command.getScope() + ":" + command.getName());
            }
        }
        assertEquals(new TreeSet<>(CHANGING), changing);
    }

    /** Of a class that the platform's test may not see; null for a command that was not made from one. */
    private static Class<?> action(Command command) throws ReflectiveOperationException {
        try {
            return (Class<?>) command.getClass().getMethod("getActionClass").invoke(command);
        } catch (NoSuchMethodException e) {
            return null;
        }
    }

    private static boolean belongsToFeatureSet(Bundle bundle) {
        return bundle != null
                && !bundle.adapt(BundleRevision.class)
                        .getDeclaredRequirements("platform.license")
                        .isEmpty();
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
