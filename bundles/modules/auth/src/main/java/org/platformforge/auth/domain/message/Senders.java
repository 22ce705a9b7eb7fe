package org.platformforge.auth.domain.message;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.metatype.annotations.Designate;
import org.platformforge.kernel.api.health.HealthCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who carries messages: what is configured, and the outbox folder for the rest. A changed configuration counts from the
 * next message on.
 */
@Component(
        service = {Senders.class, HealthCheck.class},
        configurationPid = MessageConfig.PID)
@Designate(ocd = MessageConfig.class)
public class Senders implements HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(Senders.class);

    /** Why the last message of a channel was not taken over; none where it was. */
    private final Map<Message.Channel, String> failures = new ConcurrentHashMap<>();

    private volatile Current current;

    /** @param problem what the operator has not configured, empty for nothing */
    private record Current(Sender email, Sender sms, String problem) {}

    @Activate
    public Senders(MessageConfig config) {
        modified(config);
    }

    @Modified
    final void modified(MessageConfig config) {
        OutboxFolder folder = new OutboxFolder(Path.of(config.outbox_folder()));
        boolean mail = !config.mail_host().isBlank();
        boolean sms = !config.sms_url().isBlank();
        List<String> missing = new ArrayList<>();
        if (!mail) {
            missing.add("E-mail");
        }
        if (!sms) {
            missing.add("SMS");
        }
        String problem = missing.isEmpty()
                ? ""
                : String.join(" and ", missing) + " are written to the folder " + config.outbox_folder()
                        + ", because nobody is configured to carry them (" + MessageConfig.PID + ")";
        failures.clear();
        current = new Current(mail ? new SmtpSender(config) : folder, sms ? new SmsGateway(config) : folder, problem);
        if (!problem.isEmpty()) {
            LOG.info("{}", problem);
        }
    }

    Sender of(Message.Channel channel) {
        Sender sender = switch (channel) {
            case EMAIL -> current.email();
            case SMS -> current.sms();
            case NONE -> message -> {};
        };
        return message -> {
            try {
                sender.send(message);
                failures.remove(channel);
            } catch (DeliveryException e) {
                if (e.permanent()) {
                    failures.remove(channel); // it answers
                } else {
                    failures.put(channel, e.getMessage());
                }
                throw e;
            }
        };
    }

    @Override
    public String name() {
        return "auth.messages";
    }

    @Override
    public Health check() {
        List<String> failing = failures.values().stream().sorted().toList();
        if (!failing.isEmpty()) {
            return new Health(Status.DEGRADED, String.join("; ", failing));
        }
        String problem = current.problem();
        return problem.isEmpty() ? Health.healthy() : new Health(Status.NOT_CONFIGURED, problem);
    }
}
