package org.platformforge.driver.process.starter;

import java.io.PrintStream;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The starter worker: says that it is alive, until SIGTERM, and says good-bye. */
final class Worker {
    private final Settings settings;
    private final PrintStream out;
    private final CountDownLatch stop = new CountDownLatch(1);

    Worker(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    void run() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        out.println(line("started"));
        for (long beat = 1; !stop.await(settings.heartbeatSeconds(), TimeUnit.SECONDS); beat++) {
            out.println(line("heartbeat " + beat));
        }
    }

    void stop() {
        stop.countDown();
        out.println(line("stopped"));
        out.flush();
    }

    private String line(String what) {
        return Instant.now() + " " + settings.service() + " (" + settings.environment() + ") " + what;
    }
}
