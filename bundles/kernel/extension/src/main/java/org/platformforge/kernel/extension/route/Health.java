package org.platformforge.kernel.extension.route;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionRuntime;

/** What became of calls into one extension for one tenant. Keeps the last problems and no more. Thread-safe. */
public final class Health {
    private static final int KEPT = 20;
    private static final int LONGEST = 500;

    private final LongAdder calls = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final LongAdder timeouts = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final Deque<ExtensionRuntime.Problem> problems = new ArrayDeque<>();

    /**
     * Makes a call and notes what becomes of it.
     *
     * @param where what is called, for the tenant to read
     * @param settings whose secrets are kept out of what is noted
     */
    public <T> T watch(String where, TenantSettings settings, Callable<T> call) throws Exception {
        calls.increment();
        try {
            return call.call();
        } catch (PlatformException e) {
            note(where, settings, e);
            throw e;
        } catch (DriverException e) {
            // an engine's own reason: whoever asked is told
            throw e;
        } catch (Exception | LinkageError | StackOverflowError e) {
            if (!(e instanceof InterruptedException)) {
                failed(where, settings, String.valueOf(e));
            }
            throw e;
        }
    }

    /** As {@link #watch}, for a request, of whose errors {@link #failed} tells when they have been answered. */
    <T> T request(TenantSettings settings, Callable<T> call) throws Exception {
        calls.increment();
        try {
            return call.call();
        } catch (PlatformException e) {
            if (e.kind() == ErrorKind.UNAVAILABLE || e.kind() == ErrorKind.GATEWAY_TIMEOUT) {
                note("request", settings, e);
            }
            throw e;
        }
    }

    /** Errors an extension answers on purpose are none of its failures. */
    private void note(String where, TenantSettings settings, PlatformException e) {
        if (e.kind() == ErrorKind.GATEWAY_TIMEOUT) {
            timeouts.increment();
        } else if (e.kind() == ErrorKind.UNAVAILABLE) {
            refused.increment();
        } else if (e.kind().status() >= 500) {
            failures.increment();
        } else {
            return;
        }
        keep(where, settings, e.getMessage());
    }

    public void failed(String where, TenantSettings settings, String message) {
        failures.increment();
        keep(where, settings, message);
    }

    private void keep(String where, TenantSettings settings, String message) {
        String told = settings.redact(message == null ? "" : message);
        String text = told.length() <= LONGEST ? told : told.substring(0, LONGEST - 1) + "…";
        synchronized (problems) {
            ExtensionRuntime.Problem last = problems.peekFirst();
            boolean again =
                    last != null && last.where().equals(where) && last.message().equals(text);
            if (again) {
                problems.removeFirst();
            }
            problems.addFirst(new ExtensionRuntime.Problem(Instant.now(), where, text, again ? last.times() + 1 : 1));
            if (problems.size() > KEPT) {
                problems.removeLast();
            }
        }
    }

    public ExtensionRuntime.Health read(Map<String, Number> metrics) {
        List<ExtensionRuntime.Problem> last;
        synchronized (problems) {
            last = List.copyOf(problems);
        }
        return new ExtensionRuntime.Health(calls.sum(), failures.sum(), timeouts.sum(), refused.sum(), last, metrics);
    }
}
