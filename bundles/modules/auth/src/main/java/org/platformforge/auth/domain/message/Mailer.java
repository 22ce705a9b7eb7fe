package org.platformforge.auth.domain.message;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.AuthConfig;
import org.platformforge.auth.domain.User;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.Transaction;

/** Writes to users, in the transaction of what they are told. */
@Component(service = Mailer.class, configurationPid = AuthConfig.PID)
public class Mailer {
    private final MessageQueue queue;
    private volatile String linkBase;

    @Activate
    public Mailer(@Reference MessageQueue queue, AuthConfig config) {
        this.queue = queue;
        modified(config);
    }

    @Modified
    final void modified(AuthConfig config) {
        linkBase = config.link_base().strip();
    }

    /** How a token gets back: by a page of the operator's, or by the route. */
    public String instructions(String route, String token) {
        return linkBase.isEmpty()
                ? "send this token to POST /api/v1/auth/" + route + ":\n\n" + token
                : "open\n\n" + linkBase + '/' + route + "?token=" + token;
    }

    /** To the user's own address. */
    public void write(Transaction tx, User user, Letter letter) {
        write(tx, user.tenantId(), user.email(), letter);
    }

    public void write(Transaction tx, String tenantId, String address, Letter letter) {
        queue.add(tx, tenantId, Message.Channel.EMAIL, address, letter.subject(), letter.text());
    }

    public void text(Transaction tx, String tenantId, String number, String text) {
        queue.add(tx, tenantId, Message.Channel.SMS, number, null, text);
    }

    /** Does the same work and sends nothing, for an account that does not exist. */
    public void pretend(Transaction tx, String address, Letter letter) {
        queue.add(tx, Tenants.PLATFORM, Message.Channel.NONE, address, letter.subject(), letter.text());
    }
}
