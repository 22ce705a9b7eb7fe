package org.platformforge.auth.domain.mfa;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.auth.domain.User;
import org.platformforge.auth.store.BackupCodeRepository;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.api.store.Transaction;

/**
 * Ten codes of 8 characters, each good once, for whoever lost the other factor. Only keyed digests are kept: neither the
 * database nor a digest of another user is enough to find one.
 */
@Component(service = BackupCodes.class)
public class BackupCodes {
    static final int COUNT = 10;
    private static final int LENGTH = 8;
    /** Without what looks alike. */
    private static final char[] ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789".toCharArray();

    private static final Pattern FORM = Pattern.compile("[A-Z0-9]{8}");
    private static final String PURPOSE = "auth.backup-code";

    private final Secrets secrets;
    private final SecureRandom random = new SecureRandom();

    @Activate
    public BackupCodes(@Reference Secrets secrets) {
        this.secrets = secrets;
    }

    /** Puts new codes in the place of all former ones. */
    List<String> renew(Transaction tx, User user) {
        Set<String> codes = new LinkedHashSet<>();
        while (codes.size() < COUNT) {
            codes.add(generate());
        }
        BackupCodeRepository.removeAll(tx, user.tenantId(), user.id());
        codes.forEach(code -> BackupCodeRepository.insert(tx, user.tenantId(), user.id(), digest(user, code)));
        return List.copyOf(codes);
    }

    /** Whether the text is a code of the user that was not used before; it is now. */
    boolean use(Transaction tx, User user, String text) {
        String code = text.replaceAll("[ -]", "").toUpperCase(Locale.ROOT);
        return FORM.matcher(code).matches() && BackupCodeRepository.use(tx, user.tenantId(), digest(user, code));
    }

    private String digest(User user, String code) {
        byte[] text = (user.tenantId() + '|' + user.id() + '|' + code).getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(secrets.mac(PURPOSE, text));
    }

    private String generate() {
        StringBuilder code = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            code.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return code.toString();
    }
}
