package org.platformforge.auth.domain.mfa;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
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

    /** @return whether a code was sent; it is not a moment after another one, nor beyond the limits of SMS */
    boolean send(Transaction tx, User user, Factor factor, Instant now) {
        boolean recent =
                factor.codeSentAt() != null && now.isBefore(factor.codeSentAt().plus(COOL_DOWN));
        if (recent || factor.method() == Method.SMS && !admits(tx, factor.target(), now)) {
            return false;
        }
        String code = String.format("%06d", random.nextInt(1_000_000));
        FactorRepository.codeSent(tx, factor, digest(factor, code), now, now.plus(LIFETIME));
        if (factor.method() == Method.SMS) {
            mailer.text(tx, user.tenantId(), factor.target(), "Your code is " + code);
        } else {
            mailer.write(tx, user, Letter.code(code, LIFETIME.toMinutes()));
        }
        return true;
    }

    boolean use(Transaction tx, Factor factor, String code, Instant now) {
        return FactorRepository.useCode(tx, factor, digest(factor, code), now);
    }

    private boolean admits(Transaction tx, String number, Instant now) {
        long hour = now.getEpochSecond() / 3600;
        Map<String, Integer> counts = Map.of(
                "number-hour|" + number + '|' + hour, limits.number(),
                "number-day|" + number + '|' + hour / 24, limits.number() * 2,
                "country-hour|" + country(number) + '|' + hour, limits.country());
        try {
            for (Map.Entry<String, Integer> count : counts.entrySet()) {
                if (AttemptRepository.find(tx, id(count.getKey())).failures() >= count.getValue()) {
                    LOG.info(
                            "No SMS is sent: the limit {} is reached",
                            count.getKey().split("\\|")[0]);
                    return false;
                }
            }
            // in one order, so that two transactions cannot wait for each other
            for (String count : counts.keySet().stream().sorted().toList()) {
                AttemptRepository.fail(tx, postgresql, id(count), Instant.EPOCH);
            }
            return true;
        } catch (SQLException e) {
            throw new IllegalStateException("Sent SMS could not be counted", e);
        }
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
