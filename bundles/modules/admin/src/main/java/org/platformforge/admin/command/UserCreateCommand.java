package org.platformforge.admin.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.platformforge.admin.domain.UserAdmin;
import org.platformforge.admin.rest.UserViews;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Accounts.Account;
import org.platformforge.kernel.api.security.Accounts.NewAccount;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code user:create}; the password is never an argument, which the shell's history would keep. */
@Service
@Command(scope = "user", name = "create", description = "Creates a user in a tenant; asks for the password")
public class UserCreateCommand extends TenantCommand {
    private static final int LONGEST = 4096;

    @Argument(name = "email", description = "E-mail address to sign in with", required = true)
    private String email;

    @Argument(index = 1, name = "name", description = "The person's name", required = true)
    private String name;

    @Option(name = "--role", description = "A role; may be repeated", multiValued = true)
    @Completion(RoleCompleter.class)
    private List<String> roles = List.of("developer");

    @Option(name = "--password-stdin", description = "Read the password from standard input, one line, and do not ask")
    private boolean passwordStdin;

    @Reference
    private UserAdmin users;

    @Reference
    private Session session;

    @Override
    protected void run() throws IOException {
        Caller operator = caller();
        String password = passwordStdin ? firstLine(session.getKeyboard()) : ask();
        Account user = users.create(operator, new NewAccount(email, name, password, Set.copyOf(roles)));
        print(UserViews.of(user), user.id());
    }

    private String ask() throws IOException {
        try {
            return session.readLine("Password: ", '*');
        } catch (UnsupportedOperationException e) {
            // how Karaf says that the command came over SSH, without a terminal
            throw PlatformException.invalid(
                    "password",
                    "cannot be asked for without a terminal; --password-stdin takes it from standard input");
        }
    }

    private static String firstLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n' && line.size() < LONGEST; next = in.read()) {
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
