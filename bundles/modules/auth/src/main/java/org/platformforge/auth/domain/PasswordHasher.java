package org.platformforge.auth.domain;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Modified;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;

/**
 * Argon2id (RFC 9106) in PHC string format, on a few threads of its own behind a short queue: a login storm is turned
 * away early instead of taking the processors from everybody else. Thread-safe.
 */
@Component(service = PasswordHasher.class, configurationPid = AuthConfig.PID)
public class PasswordHasher {
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private final SecureRandom random = new SecureRandom();
    private volatile Current current;

    /** What one state of the configuration asks for. */
    private record Current(Cost cost, String decoy, int threads, int queue, ThreadPoolExecutor lane) {}

    /** What one hash costs; recorded in every hash, so that it can be raised later. */
    private record Cost(int memoryKib, int iterations, int parallelism) {}

    private record Encoded(Cost cost, byte[] salt, byte[] hash) {}

    @Activate
    public PasswordHasher(AuthConfig config) {
        modified(config);
    }

    /** Hashes that have begun or wait are finished. */
    @Modified
    final synchronized void modified(AuthConfig config) {
        Current before = current;
        Cost cost = new Cost(config.argon2_memory_kib(), config.argon2_iterations(), 1);
        int threads = config.hash_threads() > 0
                ? config.hash_threads()
                : Math.max(1, Runtime.getRuntime().availableProcessors());
        byte[] salt = salt();
        String decoy = encode(new Encoded(cost, salt, Arrays.copyOf(salt, HASH_BYTES)));
        boolean same = before != null && before.threads() == threads && before.queue() == config.hash_queue();
        ThreadPoolExecutor lane = same ? before.lane() : lane(threads, config.hash_queue());
        current = new Current(cost, decoy, threads, config.hash_queue(), lane);
        if (before != null && !same) {
            before.lane().shutdown();
        }
    }

    private static ThreadPoolExecutor lane(int threads, int queue) {
        ThreadPoolExecutor lane = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), task -> {
                    Thread thread = new Thread(task, "auth-password-hash");
                    thread.setDaemon(true);
                    return thread;
                });
        lane.allowCoreThreadTimeOut(true);
        return lane;
    }

    @Deactivate
    public void close() {
        current.lane().shutdownNow();
    }

    /** @throws PlatformException {@code UNAVAILABLE} with a wait when the queue is full */
    public String hash(char[] password) {
        byte[] salt = salt();
        Cost cost = current.cost();
        return encode(new Encoded(cost, salt, onLane(() -> argon2(password, salt, cost, HASH_BYTES))));
    }

    /**
     * Whether the password belongs to the hash. With a null hash (no such account) the same work is done in vain, so that
     * the time does not tell.
     *
     * @throws PlatformException {@code UNAVAILABLE} with a wait when the queue is full
     */
    public boolean verify(char[] password, String encoded) {
        Encoded expected = decode(encoded == null ? current.decoy() : encoded);
        byte[] actual = onLane(() -> argon2(password, expected.salt(), expected.cost(), expected.hash().length));
        return MessageDigest.isEqual(actual, expected.hash()) && encoded != null;
    }

    /** Whether the hash was made at another cost than today's. */
    public boolean outdated(String encoded) {
        return !decode(encoded).cost().equals(current.cost());
    }

    private <T> T onLane(Callable<T> work) {
        Future<T> result = submit(work);
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "The platform is stopping")
                    .withRetryAfter(Duration.ofSeconds(1))
                    .withCause(e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Argon2id failed", e.getCause());
        }
    }

    private <T> Future<T> submit(Callable<T> work) {
        ThreadPoolExecutor lane = current.lane();
        try {
            return lane.submit(work);
        } catch (RejectedExecutionException e) {
            if (lane != current.lane()) {
                return submit(work); // replaced just now
            }
            throw PlatformException.of(ErrorKind.UNAVAILABLE, "Too many sign-ins at this moment, try again shortly")
                    .withRetryAfter(Duration.ofSeconds(1))
                    .withCause(e);
        }
    }

    private static byte[] argon2(char[] password, byte[] salt, Cost cost, int length) {
        Argon2Parameters parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(cost.memoryKib())
                .withIterations(cost.iterations())
                .withParallelism(cost.parallelism())
                .withSalt(salt)
                .build();
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(parameters);
        ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] input = Arrays.copyOfRange(utf8.array(), utf8.position(), utf8.limit());
        byte[] hash = new byte[length];
        generator.generateBytes(input, hash);
        Arrays.fill(input, (byte) 0);
        Arrays.fill(utf8.array(), (byte) 0);
        return hash;
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    private static String encode(Encoded value) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + value.cost().memoryKib() + ",t="
                + value.cost().iterations() + ",p="
                + value.cost().parallelism() + '$' + base64.encodeToString(value.salt()) + '$'
                + base64.encodeToString(value.hash());
    }

    private static Encoded decode(String encoded) {
        String[] parts = encoded.split("\\$");
        if (parts.length != 6 || !parts[1].equals("argon2id") || !parts[2].equals("v=19")) {
            throw new IllegalStateException("A stored password hash is not Argon2id v19");
        }
        String[] numbers = parts[3].replaceAll("[a-z]=", "").split(",");
        Cost cost = new Cost(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]), Integer.parseInt(numbers[2]));
        Base64.Decoder base64 = Base64.getDecoder();
        return new Encoded(cost, base64.decode(parts[4]), base64.decode(parts[5]));
    }
}
