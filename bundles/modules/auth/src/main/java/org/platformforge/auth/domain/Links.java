package org.platformforge.auth.domain;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.store.AttemptRepository;
import org.platformforge.auth.store.LinkRepository;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.security.Tenants;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;

/**
 * The tokens in mails: 256 random bits, good once and for a while, the newest of its kind only. A keyed digest is kept, so
 * the database is not enough to use one.
 */
@Component(service = Links.class)
public class Links {
    private static final String PREFIX = "pfl_";
    private static final String PURPOSE = "auth.link";
    private static final String SUBJECT = "auth.link-subject";
    private static final String PAUSE = "auth.link-pause";
    private static final int BYTES = 32;
    private static final int MAX_LENGTH = 128;
    /** Between two mails of a kind to one address, and how many in an hour: nobody fills somebody else's mailbox. */
    static final Duration COOL_DOWN = Duration.ofMinutes(1);

    private static final int AN_HOUR = 5;

    private final Secrets secrets;
    private final boolean postgresql;
    private final SecureRandom random = new SecureRandom();

    @Activate
    public Links(@Reference Store store, @Reference Secrets secrets) {
        this.secrets = secrets;
        this.postgresql = "postgresql".equals(store.databaseKind());
    }

    /** Whether another mail of the kind may go to the address now; one of those who ask at once is told so. */
    boolean admits(Transaction tx, String email, Link.Purpose purpose) throws SQLException {
        String subject = subject(email);
        Instant now = tx.now();
        String pause = encoded(secrets.mac(PAUSE, (purpose.name() + '|' + subject).getBytes(StandardCharsets.UTF_8)));
        return AttemptRepository.pause(tx, postgresql, pause, now, now.plus(COOL_DOWN))
                && LinkRepository.countSince(tx, subject, purpose, now.minus(Duration.ofHours(1))) < AN_HOUR;
    }

    /**
     * Makes a link and voids the former ones of its kind.
     *
     * @param email where it is sent
     * @param target the new address, for the change of one; else null
     * @return the token
     */
    String issue(Transaction tx, User user, Link.Purpose purpose, String email, String target) {
        return issue(tx, user.tenantId(), user.id(), purpose, email, target);
    }

    /** The same for an address that is no user's yet; it is the target, too. */
    String issue(Transaction tx, Link.Purpose purpose, String email) {
        return issue(tx, Tenants.PLATFORM, subject(email), purpose, email, email);
    }

    private String issue(
            Transaction tx, String tenantId, String userId, Link.Purpose purpose, String email, String target) {
        Token token = newToken();
        LinkRepository.voidAll(tx, tenantId, userId, purpose);
        Link link = new Link(
                tenantId, token.digest(), userId, purpose, target, tx.now().plus(purpose.lifetime()));
        LinkRepository.insert(tx, link, subject(email));
        return token.text();
    }

    /** A token, and what is kept of it. */
    record Token(String text, String digest) {}

    Token newToken() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String text = PREFIX + encoded(bytes);
        return new Token(text, digest(text));
    }

    /** Counts a mail of the kind to the address, for {@link #admits}. */
    void count(Transaction tx, String tenantId, String email, Link.Purpose purpose) {
        String nobodys = newToken().digest();
        Link link =
                new Link(tenantId, nobodys, "nobody", purpose, null, tx.now().plus(purpose.lifetime()));
        LinkRepository.insert(tx, link, subject(email));
    }

    /** What is kept of a token; empty for what is none. */
    Optional<String> digestOf(String token) {
        return token.length() > MAX_LENGTH || !token.startsWith(PREFIX) ? Optional.empty() : Optional.of(digest(token));
    }

    /** The link of a token, used up or not; empty when it is none of the purposes. */
    Optional<Link> find(Transaction tx, String token, Link.Purpose... purposes) {
        if (token.length() > MAX_LENGTH || !token.startsWith(PREFIX)) {
            return Optional.empty();
        }
        return LinkRepository.find(tx, digest(token))
                .filter(link -> List.of(purposes).contains(link.purpose()));
    }

    /** The link of a token, if this used it up. */
    Optional<Link> use(Transaction tx, String token, Link.Purpose purpose) {
        return find(tx, token, purpose).filter(link -> LinkRepository.use(tx, link));
    }

    private String digest(String token) {
        return encoded(secrets.mac(PURPOSE, token.getBytes(StandardCharsets.UTF_8)));
    }

    private String subject(String email) {
        return encoded(secrets.mac(SUBJECT, email.getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
