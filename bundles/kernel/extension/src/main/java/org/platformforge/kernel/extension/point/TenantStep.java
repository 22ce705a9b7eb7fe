package org.platformforge.kernel.extension.point;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.platformforge.extension.api.pipeline.PipelineStep;
import org.platformforge.extension.api.pipeline.StepContext;
import org.platformforge.extension.api.pipeline.StepException;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.extension.call.PlatformThreads;
import org.platformforge.kernel.extension.route.Served;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An extension's pipeline step towards the platform, for one tenant. Each call goes through the walls, and what comes back is
 * copied on the extension's thread, so that no object of the extension gets out. Thread-safe.
 */
final class TenantStep implements PipelineStep {
    private static final Logger LOG = LoggerFactory.getLogger(TenantStep.class);
    private static final Pattern CODE = Pattern.compile("[A-Z][A-Z0-9_]{0,63}");
    private static final int MOST = 100;
    private static final int LONGEST_TEXT = 2000;

    private final Served served;
    private final String name;
    private final PipelineStep step;
    private final PlatformThreads threads;

    TenantStep(Served served, String name, PipelineStep step, PlatformThreads threads) {
        this.served = served;
        this.name = name;
        this.step = step;
        this.threads = threads;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public List<Problem> check(Map<String, Object> with) {
        try {
            return call(
                    "check",
                    () -> step.check(with).stream()
                            .limit(MOST)
                            .map(problem -> new Problem(text(problem.field()), text(problem.message())))
                            .toList());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noAnswer("The step " + name + " was not asked to the end", e);
        } catch (PlatformException e) {
            throw noAnswer(e.getMessage(), e);
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw noAnswer(failed("check", e), e);
        }
    }

    @Override
    public Map<String, String> run(StepRequest request, StepContext context)
            throws StepException, InterruptedException {
        Told told = new Told(context);
        try {
            return call("run", () -> copy(step.run(request, told)));
        } catch (InterruptedException e) {
            throw e;
        } catch (StepException e) {
            String code = e.code() != null && CODE.matcher(e.code()).matches() ? e.code() : "STEP_FAILED";
            throw new StepException(code, served.settings().redact(text(e.getMessage())), e.retryable(), null);
        } catch (PlatformException e) {
            String code = e.kind() == ErrorKind.GATEWAY_TIMEOUT ? "STEP_TIMEOUT" : "STEP_BUSY";
            throw new StepException(code, e.getMessage(), true, e);
        } catch (Exception | LinkageError | StackOverflowError e) {
            throw new StepException("STEP_FAILED", failed("run", e), false, e);
        } finally {
            told.over = true;
        }
    }

    private static Map<String, String> copy(Map<String, String> found) {
        Map<String, String> copy = new LinkedHashMap<>();
        if (found != null) {
            found.forEach((key, value) -> {
                if (copy.size() < MOST) {
                    copy.put(text(key), text(value));
                }
            });
        }
        return copy;
    }

    private static String text(String text) {
        if (text == null) {
            return "";
        }
        String told = text.replace('\0', ' ');
        return told.length() <= LONGEST_TEXT ? told : told.substring(0, LONGEST_TEXT);
    }

    private <T> T call(String method, Callable<T> work) throws Exception {
        return Callbacks.call(served, "step " + name + ", " + method, () -> {
            try {
                return work.call();
            } catch (InterruptedException e) {
                // an end that was asked for is told by whoever asked; any other is the extension's own doing
                throw new IllegalStateException("The step let itself be interrupted", e);
            }
        });
    }

    private String failed(String method, Throwable e) {
        LOG.warn("The step {} of {} failed in {}", name, served.main(), method, e);
        return "The step " + name + " failed";
    }

    private static PlatformException noAnswer(String message, Throwable cause) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, message)
                .withCode(ExtensionContributions.NO_ANSWER)
                .withRetryAfter(java.time.Duration.ofSeconds(1))
                .withCause(cause);
    }

    /** Goes to the platform on the platform's threads; nobody listens once the call is over. */
    private final class Told implements StepContext {
        private final StepContext context;
        private volatile boolean over;

        Told(StepContext context) {
            this.context = context;
        }

        @Override
        public void log(String line) {
            String text = served.settings().redact(text(line));
            threads.call(() -> {
                if (!over) {
                    context.log(text);
                }
                return null;
            });
        }

        @Override
        public boolean cancelled() {
            return over || threads.call(context::cancelled);
        }

        @Override
        public List<String> files() throws StepException {
            return ask(() -> new ArrayList<>(context.files()));
        }

        @Override
        public Optional<byte[]> read(String path) throws StepException {
            return ask(() -> context.read(path));
        }

        private <T> T ask(Callable<T> question) throws StepException {
            if (over) {
                throw new StepException("STEP_OVER", "The call of the step is over", false, null);
            }
            // what it says has to come back as it is, and the threads hand unchecked exceptions through only
            StepException[] refused = new StepException[1];
            T answer = threads.call(() -> {
                try {
                    return question.call();
                } catch (StepException e) {
                    refused[0] = e;
                    return null;
                }
            });
            if (refused[0] != null) {
                throw refused[0];
            }
            return answer;
        }
    }
}
