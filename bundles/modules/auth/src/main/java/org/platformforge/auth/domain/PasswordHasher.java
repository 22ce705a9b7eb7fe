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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    /** What a hash works with beside its memory. */
    private static final int SPARE_BLOCKS = 8;

    private static final Pattern COST = Pattern.compile("m=(\\d{1,9}),t=(\\d{1,6}),p=1");

    private final SecureRandom random = new SecureRandom();
    private volatile Current current;

    /** What one state of the configuration asks for. */
    private record Current(Cost cost, String decoy, Lane lane) {}

    /**
     * @param blocks of 1 KiB, which a thread keeps
     * @param nice 0 for the priority of everything else
     */
    private record Settings(int threads, int queue, int blocks, int nice) {}

    private record Lane(Settings settings, ThreadPoolExecutor threads) {}

    /** What one hash costs; recorded in every hash, so that it can be raised later. */
    private record Cost(int memoryKib, int iterations) {}

    private record Encoded(Cost cost, byte[] salt, byte[] hash) {}

    /**
     * A thread of the lane. It keeps the memory of its hashes, which the collector would have to take away otherwise, tens
     * of thousands of objects for each of them; it goes with the thread when nobody has signed in for a while.
     */
    private static final class Worker extends Thread {
        private final Argon2BytesGenerator.BlockPool memory;
        private final int nice;

        Worker(Runnable task, int blocks, int nice) {
            super(task, "auth-password-hash");
            this.memory = new Argon2BytesGenerator.FixedBlockPool(blocks);
            this.nice = nice;
            setDaemon(true);
        }

        @Override
        public void run() {
            if (nice > 0) {
                LowPriority.take(nice);
            }
            super.run();
        }

        static Argon2BytesGenerator.BlockPool memory() {
            return ((Worker) Thread.currentThread()).memory;
        }
    }

    @Activate
    public PasswordHasher(AuthConfig config) {
        modified(config);
    }

    /** Hashes that have begun or wait are finished. */
    @Modified
    final synchronized void modified(AuthConfig config) {
        Current before = current;
        Cost cost = new Cost(config.argon2_memory_kib(), config.argon2_iterations());
        int threads = config.hash_threads() > 0
                ? config.hash_threads()
                : Math.max(1, Runtime.getRuntime().availableProcessors());
        byte[] salt = salt();
        String decoy = encode(new Encoded(cost, salt, Arrays.copyOf(salt, HASH_BYTES)));
        Settings settings = new Settings(threads, config.hash_queue(), cost.memoryKib(), config.hash_nice());
        boolean same = before != null && before.lane().settings().equals(settings);
        current = new Current(cost, decoy, same ? before.lane() : lane(settings));
        if (before != null && !same) {
            before.lane().threads().shutdown();
        }
    }

    private static Lane lane(Settings settings) {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                30,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.queue()),
                task -> new Worker(task, settings.blocks() + SPARE_BLOCKS, settings.nice()));
        threads.allowCoreThreadTimeOut(true);
        return new Lane(settings, threads);
    }

    @Deactivate
    public void close() {
        current.lane().threads().shutdownNow();
    }

    /**
     * For work that is in vain when no hash can follow it.
     *
     * @throws PlatformException {@code UNAVAILABLE} with a wait while the queue is full
     */
    void admit() {
        if (current.lane().threads().getQueue().remainingCapacity() == 0) {
            throw full();
        }
    }

    private static PlatformException full() {
        return PlatformException.of(ErrorKind.UNAVAILABLE, "Too many sign-ins at this moment, try again shortly")
                .withRetryAfter(Duration.ofSeconds(1));
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
        ThreadPoolExecutor lane = current.lane().threads();
        try {
            return lane.submit(work);
        } catch (RejectedExecutionException e) {
            if (lane != current.lane().threads()) {
                return submit(work); // replaced just now
            }
            throw full().withCause(e);
        }
    }

    /** To be called in the lane. */
    private static byte[] argon2(char[] password, byte[] salt, Cost cost, int length) {
        ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(password));
        byte[] input = Arrays.copyOfRange(utf8.array(), utf8.position(), utf8.limit());
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(cost.memoryKib())
                    .withIterations(cost.iterations())
                    .withParallelism(1)
                    .withSalt(salt)
                    .withBlockPool(Worker.memory())
                    .build());
            byte[] hash = new byte[length];
            generator.generateBytes(input, hash);
            return hash;
        } finally {
            Arrays.fill(input, (byte) 0);
            Arrays.fill(utf8.array(), (byte) 0);
        }
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }

    private static String encode(Encoded value) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + value.cost().memoryKib() + ",t="
                + value.cost().iterations() + ",p=1$" + base64.encodeToString(value.salt()) + '$'
                + base64.encodeToString(value.hash());
    }

    private static Encoded decode(String encoded) {
        String[] parts = encoded.split("\\$");
        Matcher cost = parts.length == 6 && parts[1].equals("argon2id") && parts[2].equals("v=19")
                ? COST.matcher(parts[3])
                : null;
        if (cost == null || !cost.matches()) {
            throw new IllegalStateException("A stored password hash is not Argon2id v19 with one lane");
        }
        Base64.Decoder base64 = Base64.getDecoder();
        return new Encoded(
                new Cost(Integer.parseInt(cost.group(1)), Integer.parseInt(cost.group(2))),
                base64.decode(parts[4]),
                base64.decode(parts[5]));
    }
}
