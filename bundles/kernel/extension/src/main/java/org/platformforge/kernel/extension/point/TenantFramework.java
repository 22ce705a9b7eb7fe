package org.platformforge.kernel.extension.point;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.extension.api.framework.Tool;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.extension.release.Points;
import org.platformforge.kernel.extension.route.Served;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An extension's framework towards the platform, for one tenant. Each call goes through the walls, and what comes back is
 * copied on the extension's thread, so that no object of the extension gets out. Thread-safe.
 */
final class TenantFramework implements Framework {
    private static final Logger LOG = LoggerFactory.getLogger(TenantFramework.class);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int MOST = 100;
    private static final int LONGEST_TEXT = 2000;
    private static final int LONGEST_COMMAND = 10_000;

    private final Served served;
    private final Points.FrameworkPoint framework;

    TenantFramework(Served served, Points.FrameworkPoint framework) {
        this.served = served;
        this.framework = framework;
    }

    @Override
    public Description description() {
        return framework.description();
    }

    @Override
    public Set<String> files() {
        return framework.files();
    }

    @Override
    public Detection detect(SourceTree source) {
        return ask("detect", () -> {
            Detection told = framework.service().detect(source);
            return new Detection(told.recognized(), text(told.reason(), LONGEST_TEXT));
        });
    }

    @Override
    public Plan plan(SourceTree source) {
        // what it says against the application is handed through: it is no failure of the extension
        record Answer(Plan plan, String refusal) {}
        Answer answer = ask("plan", () -> {
            try {
                return new Answer(copy(framework.service().plan(source)), null);
            } catch (IllegalArgumentException e) {
                return new Answer(null, served.settings().redact(text(e.getMessage(), LONGEST_TEXT)));
            }
        });
        if (answer.plan() == null) {
            throw new IllegalArgumentException(answer.refusal());
        }
        return answer.plan();
    }

    private static Plan copy(Plan plan) {
        Map<String, String> env = new LinkedHashMap<>();
        plan.env().forEach((name, value) -> {
            if (env.size() < MOST) {
                env.put(text(name, LONGEST_TEXT), text(value, LONGEST_COMMAND));
            }
        });
        List<Tool> tools = new ArrayList<>();
        plan.tools().stream().limit(MOST).forEach(tool -> tools.add(new Tool(tool.command(), tool.version())));
        return new Plan(
                commands(plan.build()),
                commands(plan.test()),
                plan.start() == null ? null : text(plan.start(), LONGEST_COMMAND),
                plan.staticDirectory() == null ? null : text(plan.staticDirectory(), LONGEST_TEXT),
                text(plan.probePath(), LONGEST_TEXT),
                plan.startTimeoutSeconds(),
                env,
                tools);
    }

    private static List<String> commands(List<String> told) {
        List<String> commands = new ArrayList<>();
        told.stream().limit(MOST).forEach(command -> commands.add(text(command, LONGEST_COMMAND)));
        return List.copyOf(commands);
    }

    private static String text(String text, int longest) {
        if (text == null) {
            return "";
        }
        String told = text.replace('\0', ' ');
        return told.length() <= longest ? told : told.substring(0, longest);
    }

    private <T> T ask(String method, Callable<T> question) {
        String name = framework.description().id();
        try {
            return Callbacks.call(served, "framework " + name + ", " + method, question);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw noAnswer("The framework " + name + " was not asked to the end", e);
        } catch (PlatformException e) {
            throw noAnswer(e.getMessage(), e);
        } catch (Exception | LinkageError | StackOverflowError e) {
            LOG.warn("The framework {} of {} failed in {}", name, served.main(), method, e);
            throw noAnswer("The framework " + name + " failed", e);
        }
    }

    private static PlatformException noAnswer(String message, Throwable cause) {
        return PlatformException.of(ErrorKind.UNAVAILABLE, message)
                .withCode(ExtensionContributions.NO_ANSWER)
                .withRetryAfter(RETRY)
                .withCause(cause);
    }
}
