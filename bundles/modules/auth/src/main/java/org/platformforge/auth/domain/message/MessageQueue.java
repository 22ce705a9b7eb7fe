package org.platformforge.auth.domain.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.store.MessageRepository;
import org.platformforge.auth.store.MessageRepository.Waiting;
import org.platformforge.kernel.api.Ids;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Messages that wait to be sent: written in the transaction of the change they tell of, sealed, and removed once somebody
 * took them over. One that was taken over just before a crash is sent again. Shared by all nodes. Thread-safe.
 */
@Component(service = MessageQueue.class, configurationPid = MessageConfig.PID)
public class MessageQueue {
    private static final String PURPOSE = "auth.message";
    /** Longer than any sender takes; afterwards another node tries. */
    static final Duration LEASE = Duration.ofMinutes(3);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(15);
    private static final Duration LONGEST_RETRY = Duration.ofHours(1);

    private final Store store;
    private final Secrets secrets;
    private final List<Runnable> wakers = new CopyOnWriteArrayList<>();
    private volatile Duration lifetime;

    /** A message that this node sends now. */
    record Claimed(String tenantId, Message message, int attempts) {}

    @Activate
    public MessageQueue(@Reference Store store, @Reference Secrets secrets, MessageConfig config) {
        this.store = store;
        this.secrets = secrets;
        modified(config);
    }

    @Modified
    final void modified(MessageConfig config) {
        lifetime = Duration.ofHours(Math.max(1, config.retry_hours()));
    }

    /** @param subject null for an SMS */
    public void add(Transaction tx, String tenantId, Message.Channel channel, String to, String subject, String text) {
        String id = Ids.next("msg_");
        byte[] content = json(to, subject, text).toString().getBytes(StandardCharsets.UTF_8);
        Waiting waiting = new Waiting(
                tenantId,
                id,
                channel.name(),
                secrets.seal(PURPOSE, id, content),
                0,
                tx.now().plus(lifetime));
        MessageRepository.insert(tx, waiting);
        tx.afterCommit(() -> wakers.forEach(Runnable::run));
    }

    void onAdded(Runnable waker) {
        wakers.add(waker);
    }

    void forget(Runnable waker) {
        wakers.remove(waker);
    }

    /** The next message that is due; for a while nobody else gets it. */
    Optional<Claimed> claim() {
        return store.call(Store.ALL_TENANTS, tx -> {
            Instant now = tx.now();
            for (Waiting waiting : MessageRepository.due(tx, now, 8)) {
                if (MessageRepository.claim(tx, waiting, now.plus(LEASE))) {
                    return Optional.of(new Claimed(waiting.tenantId(), message(waiting), waiting.attempts() + 1));
                }
            }
            return Optional.empty();
        });
    }

    /** As a tree: a class of ours would stay in Jackson's shared cache when this generation goes. */
    private static JsonNode json(String to, String subject, String text) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("to", to)
                .put("subject", subject)
                .put("text", text);
    }

    private Message message(Waiting waiting) throws IOException {
        JsonNode content = new ObjectMapper().readTree(secrets.open(PURPOSE, waiting.id(), waiting.content()));
        return new Message(
                waiting.id(),
                Message.Channel.valueOf(waiting.channel()),
                content.path("to").asText(),
                content.path("subject").textValue(),
                content.path("text").asText());
    }

    void done(Claimed claimed) {
        store.run(
                claimed.tenantId(),
                tx -> MessageRepository.remove(
                        tx, claimed.tenantId(), claimed.message().id()));
    }

    /** @return whether it is tried again; it is not once its time is over */
    boolean retry(Claimed claimed) {
        return store.call(
                claimed.tenantId(),
                tx -> MessageRepository.retry(
                        tx, claimed.tenantId(), claimed.message().id(), tx.now().plus(pause(claimed.attempts()))));
    }

    static Duration pause(int attempts) {
        Duration pause = FIRST_RETRY.multipliedBy(1L << Math.min(attempts - 1, 10));
        return pause.compareTo(LONGEST_RETRY) < 0 ? pause : LONGEST_RETRY;
    }
}
