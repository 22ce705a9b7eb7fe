package org.platformforge.kernel.extension.point;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.Progress;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.extension.call.PlatformThreads;
import org.platformforge.kernel.extension.release.Points;
import org.platformforge.kernel.extension.route.Served;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An extension's engine towards the platform, for one tenant. Each call goes through the walls, and what comes back is
 * copied on the extension's thread, so that no object of the extension gets out. Thread-safe.
 */
final class TenantDriver implements Driver {
    private static final Logger LOG = LoggerFactory.getLogger(TenantDriver.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final int MOST_PROBLEMS = 100;
    private static final int MOST_VALUES = 100;
    private static final int MOST_HELD = 10_000;
    private static final int LONGEST_TEXT = 2000;
    private static final int LONGEST_VALUE = 16 * 1024;

    private final Served served;
    private final Points.Engine engine;
    private final PlatformThreads threads;

    TenantDriver(Served served, Points.Engine engine, PlatformThreads threads) {
        this.served = served;
        this.engine = engine;
        this.threads = threads;
    }

    @Override
    public String engine() {
        return engine.name();
    }

    @Override
    public Set<String> resourceTypes() {
        return engine.types();
    }

    @Override
    public List<Problem> check(ResourceSpec spec) {
        own(spec);
        return ask(
                "check",
                () -> engine.service().check(spec).stream()
                        .limit(MOST_PROBLEMS)
                        .map(problem -> new Problem(
                                text(problem.property(), LONGEST_TEXT), text(problem.message(), LONGEST_TEXT)))
                        .toList());
    }

    @Override
    public Observation apply(ResourceSpec spec, Progress progress) throws DriverException, InterruptedException {
        own(spec);
        return act("apply", progress, told -> copy(engine.service().apply(spec, told)));
    }

    @Override
    public Optional<Observation> observe(String resourceId) {
        return ask("observe", () -> engine.service().observe(resourceId).map(TenantDriver::copy));
    }

    @Override
    public void delete(String resourceId, Progress progress) throws DriverException, InterruptedException {
        act("delete", progress, told -> {
            engine.service().delete(resourceId, told);
            return null;
        });
    }

    /** What it says of other tenants is left out: they are asked for themselves. */
    @Override
    public List<Held> inventory() {
        String tenantId = served.described().tenantId();
        return ask(
                "inventory",
                () -> engine.service().inventory().stream()
                        .filter(held -> tenantId.equals(held.tenantId()))
                        .limit(MOST_HELD)
                        .map(held -> new Held(
                                text(held.resourceId(), LONGEST_TEXT),
                                tenantId,
                                text(held.provisionId(), LONGEST_TEXT),
                                text(held.description(), LONGEST_TEXT)))
                        .toList());
    }

    @Override
    public List<String> logs(String resourceId, int tail) {
        return ask("logs", () -> {
            List<String> lines = new ArrayList<>();
            for (String line : engine.service().logs(resourceId, tail)) {
                lines.add(text(line, LONGEST_TEXT));
            }
            return List.copyOf(lines.subList(Math.max(0, lines.size() - tail), lines.size()));
        });
    }

    @Override
    public Optional<Usage> usage(String resourceId) {
        return ask("usage", () -> engine.service().usage(resourceId));
    }

    private void own(ResourceSpec spec) {
        if (!served.described().tenantId().equals(spec.tenantId())) {
            throw new IllegalArgumentException("The resource is another tenant's");
        }
    }

    private static Observation copy(Observation seen) {
        return new Observation(
                Objects.requireNonNull(seen.state(), "the state of the resource"),
                text(seen.detail(), LONGEST_TEXT),
                copy(seen.outputs()),
                copy(seen.facts()));
    }

    private static Map<String, String> copy(Map<String, String> values) {
        if (values == null) {
            return Map.of();
        }
        Map<String, String> copy = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            if (copy.size() == MOST_VALUES || name.length() > LONGEST_TEXT || value.length() > LONGEST_VALUE) {
                throw new IllegalStateException(
                        "The engine told more than " + MOST_VALUES + " values, or one that is too long");
            }
            copy.put(name, text(value, LONGEST_VALUE));
        });
        return copy;
    }

    private static String text(String text, int longest) {
        if (text == null) {
            return "";
        }
        // no database keeps the character 0
        String told = text.replace('\0', ' ');
        return told.length() <= longest ? told : told.substring(0, longest);
    }

    /** A call of a step. */
    @FunctionalInterface
    private interface Act<T> {
        T apply(Progress progress) throws DriverException, InterruptedException;
    }

    private <T> T act(String method, Progress progress, Act<T> act) throws DriverException, InterruptedException {
        Told told = new Told(progress);
        try {
            return call(method, () -> act.apply(told));
        } catch (InterruptedException e) {
            throw e;
        } catch (DriverException e) {
            String code = e.code() != null && CODE.matcher(e.code()).matches() ? e.code() : "ENGINE_ERROR";
            String reason = served.settings().redact(text(e.getMessage(), LONGEST_TEXT));
            throw new DriverException(code, reason, e.retryable(), null);
        } catch (PlatformException e) {
            throw new DriverException(code(e), e.getMessage(), true, e);
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw new DriverException("ENGINE_ERROR", failed(method, e), true, e);
        } finally {
            told.over = true;
        }
    }

    private static String code(PlatformException e) {
        return e.kind() == ErrorKind.GATEWAY_TIMEOUT ? "ENGINE_TIMEOUT" : "ENGINE_BUSY";
    }

    private <T> T ask(String method, Callable<T> question) {
        try {
            return call(method, question);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noAnswer("The engine " + engine.name() + " was not asked to the end", e);
        } catch (PlatformException e) {
            throw noAnswer(e.getMessage(), e);
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw noAnswer(failed(method, e), e);
        }
    }

    private static PlatformException noAnswer(String message, Throwable cause) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, message)
                .withCode(ExtensionContributions.NO_ANSWER)
                .withRetryAfter(RETRY)
                .withCause(cause);
    }

    private <T> T call(String method, Callable<T> work) throws Exception {
        return Callbacks.call(served, "engine " + engine.name() + ", " + method, () -> {
            try {
                return work.call();
            } catch (InterruptedException e) {
                // an end that was asked for is told by whoever asked; any other is the extension's own doing
                throw new IllegalStateException("The engine let itself be interrupted", e);
            }
        });
    }

    private String failed(String method, Throwable e) {
        LOG.warn("The engine {} of {} failed in {}", engine.name(), served.main(), method, e);
        return "The engine " + engine.name() + " failed";
    }

    /** Goes to the database on the platform's threads; nobody listens once the call is over. */
    private final class Told implements Progress {
        private final Progress progress;
        private volatile boolean over;

        Told(Progress progress) {
            this.progress = progress;
        }

        @Override
        public void log(String line) {
            String text = served.settings().redact(text(line, LONGEST_TEXT));
            threads.call(() -> {
                if (!over) {
                    progress.log(text);
                }
                return null;
            });
        }

        @Override
        public boolean cancelled() {
            return over || threads.call(progress::cancelled);
        }
    }
}
