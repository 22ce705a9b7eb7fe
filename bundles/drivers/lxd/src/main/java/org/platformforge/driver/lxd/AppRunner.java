package org.platformforge.driver.lxd;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.platformforge.driver.common.HttpProbe;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;

/** Brings an application or a worker to the point where it is in use. Thread-safe. */
final class AppRunner {
    private static final long POLL_MILLIS = 100;
    private static final int LOOK_EVERY = 5;
    private static final int ERROR_LINES = 12;
    private static final long SETTLED_MILLIS = 1_000;
    private static final String SUPERVISE = "setsid /bin/sh /opt/forge/supervise >/dev/null 2>&1 </dev/null &";

    private final Machines machines;

    AppRunner(Machines machines) {
        this.machines = machines;
    }

    /** Finds the instance as it is wanted, or makes it so. */
    Instance run(Instances instances, ResourceSpec spec, LxdSpec wanted, String fingerprint, Progress progress)
            throws DriverException, InterruptedException {
        try {
            Optional<Instance> found = instances.find(spec.id()).filter(there -> asWanted(there, fingerprint));
            if (found.isPresent()) {
                again(instances, found.get(), progress);
                awaitReady(instances, found.get(), wanted, false, progress);
                return instances.find(spec.id()).orElse(found.get());
            }
            Map<String, String> tags = new LinkedHashMap<>();
            tags.put(Instance.FINGERPRINT, fingerprint);
            tags.put(Instance.PHASE, Machines.PREPARING);
            tags.put(Instance.PROBE, wanted.probePath());
            Instance made = machines.make(instances, spec, wanted, tags, progress);
            String supervision = supervise(instances, made);
            progress.log("Started the application, supervised by " + supervision);
            awaitReady(instances, made, wanted, true, progress);
            instances.tag(spec.id(), Map.of(Instance.PHASE, Machines.READY, Instance.SUPERVISION, supervision));
            return instances.find(spec.id()).orElse(made);
        } catch (LxdFailure e) {
            throw e.driver("The instance could not be brought up");
        }
    }

    private static boolean asWanted(Instance there, String fingerprint) {
        return fingerprint.equals(there.tagged(Instance.FINGERPRINT))
                && Machines.READY.equals(there.tagged(Instance.PHASE));
    }

    /** One that was stopped by somebody else. */
    private void again(Instances instances, Instance there, Progress progress) throws LxdFailure, InterruptedException {
        if (!there.running()) {
            instances.start(there, progress);
            Guest guest = new Guest(instances, there.name());
            guest.awaitReady(instances.client().config().operation_timeout_seconds(), progress);
            if ("script".equals(there.tagged(Instance.SUPERVISION))) {
                await(guest, guest.begin(SUPERVISE));
            }
        }
    }

    private String supervise(Instances instances, Instance made)
            throws LxdFailure, DriverException, InterruptedException {
        LxdConfig config = instances.client().config();
        Guest guest = new Guest(instances, made.name());
        Guest.Done done = guest.run(
                Guests.script("service.sh"),
                Machines.limit(config),
                Integer.toString(Guest.USER),
                Integer.toString(config.stop_grace_seconds()),
                Long.toString(config.log_bytes()));
        Machines.require(done);
        List<String> said = done.output().lines().toList();
        String supervision = said.isEmpty() ? "" : said.get(said.size() - 1);
        if (!"systemd".equals(supervision)) {
            await(guest, guest.begin(SUPERVISE));
        }
        return supervision;
    }

    private static void await(Guest guest, String task) throws LxdFailure, InterruptedException {
        while (guest.ended(task).isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private void awaitReady(Instances instances, Instance made, LxdSpec wanted, boolean first, Progress progress)
            throws LxdFailure, DriverException, InterruptedException {
        LxdConfig config = instances.client().config();
        Guest guest = new Guest(instances, made.name());
        long start = System.nanoTime();
        long limit = start + TimeUnit.SECONDS.toNanos(wanted.timeoutSeconds());
        String reason = "it has not answered yet";
        Optional<String> address = Optional.empty();
        for (int look = 1; System.nanoTime() < limit; look++) {
            if (progress.cancelled()) {
                throw new DriverException("CANCELLED", "Cancelled while the application was starting", false, null);
            }
            if (address.isEmpty()) {
                address = Addresses.of(instances.state(made.name()), config);
            }
            reason = reason(wanted, address, config, start);
            boolean ended = first && (reason == null ? wanted.worker() : look % LOOK_EVERY == 0) && ended(guest);
            if (ended) {
                String exit = guest.read(Guests.EXIT).map(String::strip).orElse("unknown");
                throw failed("PROCESS_ENDED", "The process ended before it was ready (exit code " + exit + ")", guest);
            }
            if (reason == null) {
                progress.log("Ready after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start) + " ms at "
                        + address.orElse("no address"));
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw failed("PROBE_TIMEOUT", "Not ready after " + wanted.timeoutSeconds() + " s: " + reason, guest);
    }

    /** Null when it is ready. A worker has no probe: it is when it has not ended within its first second. */
    private static String reason(LxdSpec wanted, Optional<String> address, LxdConfig config, long start) {
        if (wanted.worker()) {
            boolean settled = System.nanoTime() - start > TimeUnit.MILLISECONDS.toNanos(SETTLED_MILLIS);
            return settled ? null : "it has just been started";
        }
        return address.isEmpty()
                ? "the instance has no address"
                : HttpProbe.probe(address.get(), config.port(), wanted.probePath());
    }

    private static boolean ended(Guest guest) throws LxdFailure, InterruptedException {
        return guest.read(Guests.EXIT).isPresent() || starts(guest) > 1;
    }

    /** How often the application was started; 0 when that is not known. */
    static int starts(Guest guest) throws LxdFailure, InterruptedException {
        return guest.read(Guests.STARTS)
                .map(String::strip)
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Integer::parseInt)
                .orElse(0);
    }

    private static DriverException failed(String code, String what, Guest guest)
            throws LxdFailure, InterruptedException {
        List<String> lines =
                new ArrayList<>(Machines.last(guest.read(Guests.LOG).orElse(""), ERROR_LINES));
        String output = lines.isEmpty() ? "; it wrote nothing" : "; its last lines: " + String.join(" | ", lines);
        return new DriverException(code, what + output, false, null);
    }
}
