package org.platformforge.kernel.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.CommandException;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.store.AuditRecord;

class CommandTest {
    private final Shell shell = new Shell("root@platform.example");

    CommandTest() {
        shell.register(
                TenantCompleter.class,
                WhoCommand.class,
                RefusedCommand.class,
                ElsewhereCommand.class,
                RecordedCommand.class,
                IdsOfTenant.class,
                NoIds.class);
    }

    public record Who(String tenantId, String subject, Instant seenAt) {}

    @Service
    @Command(scope = "test", name = "who", description = "Says who is asking")
    public static class WhoCommand extends TenantCommand {
        @Override
        protected void run() {
            Caller caller = caller();
            Who who = new Who(caller.tenantId(), caller.subject(), Instant.EPOCH);
            print(who, table("Nobody", "Tenant", "Subject"));
            print(who, caller.subject() + " in " + caller.tenantId() + " as " + caller.roles());
        }
    }

    @Service
    @Command(scope = "test", name = "refused", description = "Is refused, or fails")
    public static class RefusedCommand extends OperatorCommand {
        @Argument
        private String how = "refused";

        @Override
        protected void run() throws IOException {
            if (how.equals("broken")) {
                throw new IllegalStateException("a bug");
            }
            if (how.equals("away")) {
                throw PlatformException.of(ErrorKind.UNAVAILABLE, "The store is away");
            }
            if (how.equals("file")) {
                throw new NoSuchFileException("/none");
            }
            if (how.equals("second")) {
                throw new FileAlreadyExistsException("/one");
            }
            if (how.equals("locked")) {
                throw new AccessDeniedException("/root");
            }
            if (how.equals("reasons")) {
                throw PlatformException.of(ErrorKind.CONFLICT, "It cannot be installed: not signed")
                        .withDetail(
                                "problems",
                                List.of(
                                        Map.of("code", "NOT_SIGNED", "message", "not signed"),
                                        Map.of("code", "NO_ID", "message", "is missing", "path", "id")))
                        .withDetail("versions", List.of("1.0.0"));
            }
            throw PlatformException.invalid(
                    "Two things are wrong",
                    List.of(new FieldError("a", "is missing"), new FieldError("b", "is too long")));
        }
    }

    @Service
    @Command(scope = "test", name = "elsewhere", description = "Is refused in the tenant")
    public static class ElsewhereCommand extends TenantCommand {
        @Override
        protected void run() {
            throw PlatformException.notFound("Tree", caller().tenantId());
        }
    }

    @Service
    @Command(scope = "test", name = "recorded", description = "Calls what records its refusals")
    public static class RecordedCommand extends OperatorCommand {
        @Override
        protected void run() {
            throw PlatformException.notFound("Tree", "any").asRecorded();
        }
    }

    @Service
    public static class IdsOfTenant extends IdCompleter {
        @Override
        protected Stream<String> ids(Caller operator) {
            return Stream.of("one-of-" + operator.tenantId(), "two-of-" + operator.tenantId());
        }
    }

    @Service
    public static class NoIds extends IdCompleter {
        @Override
        protected Stream<String> ids(Caller operator) {
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The store is away");
        }
    }

    @Test
    void actsInTheOperatorsOwnTenantUnlessAnotherIsNamed() throws Exception {
        assertThat(shell.run("test", "who")).contains("root@platform.example in platform as [operator]");
        assertThat(shell.run("test", "who", "--tenant", "ten_a"))
                .contains("Nobody")
                .contains("root@platform.example in ten_a as [operator]");
    }

    @Test
    void isTheConsoleWhereNobodyHasLoggedIn() throws Exception {
        Shell local = new Shell(null);
        local.register(TenantCompleter.class, WhoCommand.class);

        assertThat(local.run("test", "who")).contains("console in platform");
    }

    @Test
    void printsTheNamesAndFormsOfTheHttpApiForScripts() throws Exception {
        assertThat(shell.run("test", "who", "--json"))
                .contains("\"tenant_id\" : \"platform\"", "\"seen_at\" : \"1970-01-01T00:00:00Z\"")
                .doesNotContain("Nobody");
    }

    @Test
    void refusesATenantThatDoesNotExist() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> shell.run("test", "who", "--tenant", "ten_nobody"))
                .withMessage("Tenant not found");
    }

    @Test
    void namesEveryWrongFieldOfWhatIsRefused() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> shell.run("test", "refused"))
                .withMessage("Two things are wrong\n  a: is missing\n  b: is too long");
    }

    @Test
    void tellsTheOtherReasonsOfWhatIsRefusedAndWhatIsWrongWithAFile() {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> shell.run("test", "refused", "reasons"))
                .withMessage("It cannot be installed: not signed\n  id: is missing");
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> shell.run("test", "refused", "file"))
                .withMessage("There is no file /none");
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> shell.run("test", "refused", "second"))
                .withMessage("/one exists already");
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> shell.run("test", "refused", "locked"))
                .withMessage("The platform may not open /root");
    }

    @Test
    void recordsWhatIsRefusedOnceWithWhoAskedAndForWhat() throws Exception {
        List<AuditRecord> records = shell.audited();
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> shell.run("test", "refused", "reasons"));
        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.result()).isEqualTo("refused");
            assertThat(record.action()).isEqualTo("test.refused");
            assertThat(record.target()).isEqualTo("reasons");
            assertThat(record.actor().subject()).isEqualTo("root@platform.example");
            assertThat(record.actor().tenantId()).isEqualTo("platform");
            assertThat(record.details())
                    .isEqualTo(Map.of("reason", "It cannot be installed: not signed", "error", "CONFLICT"));
        });
        records.clear();
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> shell.run("test", "who", "--tenant", "ten_nobody"));
        assertThat(records)
                .singleElement()
                .satisfies(record -> assertThat(record.actor().tenantId()).isEqualTo("platform"));
        records.clear();
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(() -> shell.run("test", "elsewhere", "--tenant", "ten_a"));
        assertThat(records).singleElement().satisfies(record -> {
            assertThat(record.actor().tenantId()).isEqualTo("ten_a");
            assertThat(record.target()).isEmpty();
        });
    }

    @Test
    void recordsNoFailureAndNothingTwice() {
        List<AuditRecord> records = shell.audited();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> shell.run("test", "refused", "broken"));
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> shell.run("test", "refused", "away"));
        assertThatExceptionOfType(CommandException.class).isThrownBy(() -> shell.run("test", "recorded"));
        assertThat(records).isEmpty();
    }

    @Test
    void hidesNoFailure() {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> shell.run("test", "refused", "broken"));
    }

    @Test
    void completesIdsOfTheTenantOnTheLine() {
        assertThat(shell.complete(IdsOfTenant.class, "show", ""))
                .containsExactly("one-of-platform ", "two-of-platform ");
        assertThat(shell.complete(IdsOfTenant.class, "show", "--tenant", "ten_a", ""))
                .containsExactly("one-of-ten_a ", "two-of-ten_a ");
        assertThat(shell.complete(TenantCompleter.class, "show", "--tenant", ""))
                .containsExactly("platform ", "ten_a ");
    }

    @Test
    void completesNothingWhereNothingCanBeAsked() {
        assertThat(shell.complete(NoIds.class, "show", "")).isEmpty();
    }

    @Test
    void readsAListToItsEnd() {
        Map<String, Page<Integer>> pages = Map.of(
                "first",
                new Page<>(List.of(1, 2), 3, Optional.of("next")),
                "next",
                new Page<>(List.of(3), 3, Optional.empty()));

        assertThat(OperatorCommand.all(page -> pages.get(page.cursor() == null ? "first" : page.cursor())))
                .containsExactly(1, 2, 3);
    }
}
