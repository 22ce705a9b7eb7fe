package org.platformforge.auth.domain.mfa;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.AuthConfig;
import org.platformforge.auth.domain.User;
import org.platformforge.auth.domain.message.Letter;
import org.platformforge.auth.domain.message.Mailer;
import org.platformforge.auth.store.AttemptRepository;
import org.platformforge.auth.store.FactorRepository;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Store;
import org.platformforge.kernel.api.store.Transaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Codes of six digits by e-mail and SMS: good once, for ten minutes, the newest only, and a minute apart. SMS are counted by
 * number and country, in whole hours and days, on all nodes together: somebody earns from each.
 */
@Component(service = SentCodes.class, configurationPid = AuthConfig.PID)
public class SentCodes {
    static final Duration LIFETIME = Duration.ofMinutes(10);
    static final Duration COOL_DOWN = Duration.ofMinutes(1);

    private static final long HOUR = Duration.ofHours(1).toSeconds();
    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final Logger LOG = LoggerFactory.getLogger(SentCodes.class);
    private static final String PURPOSE = "auth.sent-code";
    private static final String COUNTED = "auth.sent-sms";
    private static final Pattern E164 = Pattern.compile("\\+[1-9][0-9]{6,14}");
    /** Country calling codes of two digits (ITU-T E.164); 1 and 7 have one, all others three. */
    private static final Set<String> TWO_DIGITS = Set.of(
            "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48", "49",
            "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
            "86", "90", "91", "92", "93", "94", "95", "98");

    private final Secrets secrets;
    private final Mailer mailer;
    private final boolean postgresql;
    private final SecureRandom random = new SecureRandom();
    private volatile Limits limits;

    private record Limits(int number, int country, Set<String> countries) {}

    /** One count of SMS: what it is kept under, how many it admits, and when it begins anew. */
    private record Count(String name, String id, int most, Instant end) {}

    @Activate
    public SentCodes(@Reference Store store, @Reference Secrets secrets, @Reference Mailer mailer, AuthConfig config) {
        this.secrets = secrets;
        this.mailer = mailer;
        this.postgresql = "postgresql".equals(store.databaseKind());
        modified(config);
    }

    @Modified
    final void modified(AuthConfig config) {
        Set<String> countries = Arrays.stream(config.sms_countries())
                .flatMap(value -> Arrays.stream(value.split("[, ]")))
                .filter(value -> !value.isBlank())
                .collect(Collectors.toUnmodifiableSet());
        limits = new Limits(config.sms_number_hourly(), config.sms_country_hourly(), countries);
    }

    /** @throws PlatformException {@code VALIDATION} for what no SMS goes to */
    String number(String phone) {
        String number = phone == null ? "" : phone.replaceAll("[ ()./-]", "");
        if (!E164.matcher(number).matches()) {
            throw PlatformException.invalid("phone", "must be a number with its country, such as +1234567890");
        }
        Set<String> countries = limits.countries();
        if (!countries.isEmpty() && !countries.contains(country(number))) {
            throw PlatformException.invalid("phone", "is in a country that this platform sends no SMS to");
        }
        return number;
    }

    /** The country calling code. */
    static String country(String number) {
        if (number.charAt(1) == '1' || number.charAt(1) == '7') {
            return number.substring(1, 2);
        }
        return TWO_DIGITS.contains(number.substring(1, 3)) ? number.substring(1, 3) : number.substring(1, 4);
    }

    /** @return why none was sent: a moment after another one, or beyond the limits of SMS; empty when one was */
    Optional<PlatformException> send(Transaction tx, User user, Factor factor, Instant now) {
        Optional<PlatformException> refusal = admitted(tx, user, factor, now);
        if (refusal.isPresent()) {
            return refusal;
        }
        String code = String.format("%06d", random.nextInt(1_000_000));
        FactorRepository.codeSent(tx, factor, digest(factor, code), now.plus(LIFETIME));
        if (factor.method() == Method.SMS) {
            mailer.text(tx, user.tenantId(), factor.target(), "Your code is " + code);
        } else {
            mailer.write(tx, user, Letter.code(code, LIFETIME.toMinutes()));
        }
        return Optional.empty();
    }

    boolean use(Transaction tx, Factor factor, String code, Instant now) {
        return FactorRepository.useCode(tx, factor, digest(factor, code), now);
    }

    /** The pause is the user's, not the factor's, which can be removed and set up again within it. */
    private Optional<PlatformException> admitted(Transaction tx, User user, Factor factor, Instant now) {
        String pause = id("pause|" + factor.method().wire() + '|' + user.id());
        try {
            if (!AttemptRepository.pause(tx, postgresql, pause, now, now.plus(COOL_DOWN))) {
                Instant until = AttemptRepository.find(tx, pause).refusedUntil();
                return Optional.of(refusal("A code was sent a moment ago; try again later", now, until));
            }
            return factor.method() == Method.SMS ? counted(tx, factor.target(), now) : Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException("Sent codes could not be counted", e);
        }
    }

    /** One SMS more in each of the counts, or in none of them. */
    private Optional<PlatformException> counted(Transaction tx, String number, Instant now) throws SQLException {
        long hour = now.getEpochSecond() / HOUR;
        long day = now.getEpochSecond() / DAY;
        Instant nextHour = Instant.ofEpochSecond((hour + 1) * HOUR);
        String country = country(number);
        // always in this order, so that two transactions cannot wait for each other
        List<Count> counts = List.of(
                new Count("country-hour", id("country-hour|" + country + '|' + hour), limits.country(), nextHour),
                new Count(
                        "number-day",
                        id("number-day|" + number + '|' + day),
                        limits.number() * 2,
                        Instant.ofEpochSecond((day + 1) * DAY)),
                new Count("number-hour", id("number-hour|" + number + '|' + hour), limits.number(), nextHour));
        List<Count> taken = new ArrayList<>();
        for (Count count : counts) {
            if (!AttemptRepository.take(tx, postgresql, count.id(), count.most())) {
                LOG.info("No SMS is sent: the limit {} is reached", count.name());
                for (Count before : taken) {
                    AttemptRepository.giveBack(tx, before.id());
                }
                return Optional.of(
                        refusal("No more SMS go to this number for a while; try again later", now, count.end()));
            }
            taken.add(count);
        }
        return Optional.empty();
    }

    private static PlatformException refusal(String why, Instant now, Instant until) {
        return PlatformException.of(ErrorKind.RATE_LIMITED, why).withRetryAfter(Duration.between(now, until));
    }

    private String digest(Factor factor, String code) {
        return mac(PURPOSE, factor.id() + '|' + code);
    }

    private String id(String count) {
        return mac(COUNTED, count);
    }

    private String mac(String purpose, String text) {
        byte[] digest = secrets.mac(purpose, text.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    }
}
