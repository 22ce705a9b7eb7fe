package org.platformforge.kernel.security.command;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.security.token.SigningKeys;
import org.platformforge.kernel.security.token.SigningKeys.Published;
import org.platformforge.kernel.security.token.SigningKeys.State;
import org.platformforge.kernel.shell.TenantCommand;

/** {@code auth:key-rotate} */
@Service
@Command(
        scope = "auth",
        name = "key-rotate",
        description =
                "Signs access tokens with the next key from now on; tokens of the former one stay valid until they end")
public final class KeyRotateCommand extends TenantCommand {
    @Reference
    SigningKeys keys;

    @Override
    protected void run() {
        Caller operator = caller();
        operator.require("system:keys");
        keys.rotate(operator);
        Published signing = keys.list().stream()
                .filter(key -> key.state() == State.SIGNING)
                .findFirst()
                .orElseThrow();
        print(Json.of(signing), signing.kid() + " signs from now on");
    }
}
