package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A module is replaced again and again while clients use it; none of them may notice. */
@Order(6)
@ExtendWith(PlatformExtension.class)
class SwapTest {
    private static final int READERS = 6;
    private static final int WRITERS = 2;
    private static final String KEYS = "/api/v1/auth/api-keys";
    private static final String MODULE = "org.platformforge.auth";

    private final Platform platform;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger writes = new AtomicInteger();

    SwapTest(Platform platform) {
        this.platform = platform;
    }

    @Test
    void losesNoRequestWhileAModuleIsUpdated() throws Exception {
        Account account = Account.register(platform);
        List<Thread> clients = clients(account);
        try {
            for (int i = 0; i < Integer.getInteger("forge.swaps"); i++) {
                int before = reads.get();
                Platform.Output update = platform.shell("forge:module-update", module(MODULE).toString());
                assertThat(update.exitCode()).as(update.text()).isZero();
                assertThat(reads.get()).as("requests during the update").isGreaterThan(before);
            }
        } finally {
            over.set(true);
            for (Thread client : clients) {
                client.join(TimeUnit.SECONDS.toMillis(60));
            }
        }

        assertThat(failures).isEmpty();
        assertThat(platform.http().get(KEYS, account.bearer()).data().path("total").asInt())
                .isEqualTo(writes.get())
                .isPositive();
        assertOneGenerationServes();
    }

    @Test
    void keepsAModulesShellCommandsOverAnUpdate() throws Exception {
        assertThat(platform.shell("template:list").exitCode()).isZero();

        Platform.Output update = platform.shell(
                "forge:module-update", module("org.platformforge.provisioning").toString());

        assertThat(update.exitCode()).as(update.text()).isZero();
        Platform.Output list = platform.shell("template:list");
        assertThat(list.exitCode()).as(list.text()).isZero();
        assertThat(list.text()).contains("web-app");
    }

    private void assertOneGenerationServes() {
        Account operator = Account.login(platform, Platform.OPERATOR_EMAIL, Platform.OPERATOR_PASSWORD);
        Answer modules = platform.http().get("/api/v1/modules", operator.bearer());
        assertThat(modules.json().path("modules"))
                .filteredOn(module -> module.path("name").asText().equals(MODULE))
                .singleElement()
                .satisfies(module -> assertThat(module.path("state").asText()).isEqualTo("serving"));
    }

    private List<Thread> clients(Account account) {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < READERS + WRITERS; i++) {
            boolean writes = i < WRITERS;
            Thread client = new Thread(() -> run(account, writes), "client-" + i);
            client.setDaemon(true);
            client.start();
            clients.add(client);
        }
        return clients;
    }

    private void run(Account account, boolean write) {
        while (!over.get()) {
            try {
                if (write) {
                    expect(201, platform.http().post(KEYS, "{\"name\": \"swap\"}", account.bearer()));
                    writes.incrementAndGet();
                } else {
                    expect(200, platform.http().get("/api/v1/auth/me", account.bearer()));
                    reads.incrementAndGet();
                }
            } catch (RuntimeException e) {
                failures.add(e.toString());
            }
            // leaves the processor to the platform, which runs on the same machine
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(write ? 50 : 10));
        }
    }

    private void expect(int status, Answer answer) {
        if (answer.status() != status) {
            failures.add(answer.toString());
        }
    }

    private Path module(String name) throws IOException {
        Path folder = platform.distribution().resolve("system/org/platformforge").resolve(name);
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
        }
    }
}
