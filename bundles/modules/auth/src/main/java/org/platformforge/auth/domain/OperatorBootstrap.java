package org.platformforge.auth.domain;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.health.HealthCheck;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the first operator at the first start and leaves the credential in {@code bootstrap-admin.json}, readable by the
 * platform's own user only. The file is written before the account: a crash between the two leaves a file that the next
 * start takes up again, never an account whose password nobody knows.
 */
@Component(service = HealthCheck.class, immediate = true, configurationPid = AuthConfig.PID)
// immediate: the operator has to be there before anybody asks for it
public class OperatorBootstrap implements HealthCheck {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorBootstrap.class);
    private static final String DEFAULT_EMAIL = "admin@platform.local";
    private static final char[] ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789".toCharArray();
    private static final int PASSWORD_LENGTH = 24;

    private final AccountService accounts;
    private volatile AuthConfig config;
    private volatile boolean done;

    @Activate
    public OperatorBootstrap(@Reference AccountService accounts, AuthConfig config) {
        this.accounts = accounts;
        this.config = config;
        ensure();
    }

    /** Counts while there is no operator yet. */
    @Modified
    final void modified(AuthConfig changed) {
        config = changed;
    }

    @Override
    public String name() {
        return "auth";
    }

    @Override
    public Health check() {
        return done || ensure() ? Health.healthy() : Health.unhealthy("The first operator could not be created yet");
    }

    private synchronized boolean ensure() {
        if (done) {
            return true;
        }
        try {
            done = accounts.hasOperator() || bootstrap();
        } catch (RuntimeException | IOException e) {
            LOG.warn("The first operator could not be created yet: {}", e.toString());
        }
        return done;
    }

    private boolean bootstrap() throws IOException {
        AuthConfig settings = config;
        Path file = Path.of(settings.data_dir()).resolve("bootstrap-admin.json");
        String email = settings.admin_email().isBlank() ? DEFAULT_EMAIL : settings.admin_email();
        String password = settings.admin_password();
        if (password.isBlank()) {
            password = BootstrapFile.read(file)
                    .filter(left -> left.email().equals(email))
                    .map(BootstrapFile::password)
                    .orElseGet(OperatorBootstrap::generate);
            new BootstrapFile(email, password).write(file);
        }
        if (accounts.createFirstOperator(email, password.toCharArray())) {
            LOG.info("Created the first operator {}", email);
        } else {
            Files.deleteIfExists(file); // another node was first: this password belongs to nobody
        }
        return true;
    }

    private static String generate() {
        SecureRandom random = new SecureRandom();
        StringBuilder password = new StringBuilder(PASSWORD_LENGTH);
        for (int i = 0; i < PASSWORD_LENGTH; i++) {
            password.append(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return password.toString();
    }
}
