package org.platformforge.kernel.http.chain;

import java.util.List;
import java.util.concurrent.CompletionStage;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.http.config.HttpSettings;
import org.platformforge.kernel.http.generation.ExtensionBoard;
import org.platformforge.kernel.http.generation.GenerationRegistry;
import org.platformforge.kernel.http.metrics.ChainCounters;
import org.platformforge.kernel.http.route.PathAliases;

/** Every request to the API goes this way. The order of the steps stands here and nowhere else. Thread-safe. */
@Component(service = RequestChain.class)
public final class RequestChain {
    /** Of 200 threads: what one client may hold by sending slowly, and what all of them may. */
    private static final int SLOW_BODIES = 96;

    private static final int ALL_SLOW_BODIES = 144;

    private final BodyWaiters bodyWaiters = new BodyWaiters(SLOW_BODIES, ALL_SLOW_BODIES);
    private final HttpSettings settings;
    private final ErrorTranslator errors = new ErrorTranslator();
    private final RouteStep routing;
    private final List<Step> steps;
    private final AnswerChain answers;

    @Activate
    public RequestChain(
            @Reference GenerationRegistry registry,
            @Reference PlatformServices services,
            @Reference ChainCounters counters,
            @Reference HttpSettings settings) {
        this.settings = settings;
        ExtensionBoard extensions = registry.extensions();
        routing = new RouteStep(registry.board(), registry.startUp());
        IdempotencyStep idempotency = new IdempotencyStep(services, counters);
        steps = List.of(
                new RequestIdStep(),
                routing,
                new MaintenanceStep(),
                new CredentialStep(services),
                new TenantStep(),
                new ExtensionStep(extensions, services),
                new RateLimitStep(services, counters),
                new PermissionStep(),
                new LicenseStep(services),
                idempotency,
                new ValidationStep(),
                new ResourceStep(services));
        answers = new AnswerChain(
                List.of(new EnvelopeStep(errors), idempotency, new SendStep(services)),
                List.of(new MetricsStep(registry.meters().unrouted()), new AuditStep(services)));
    }

    /** Answers the request, on return or, when the resource answers later, asynchronously. */
    public void handle(HttpServletRequest request, HttpServletResponse response) {
        Exchange exchange = new Exchange(
                request, response, PathAliases.canonical(request.getRequestURI()), settings.current(), bodyWaiters);
        try {
            for (Step step : steps) {
                step.apply(exchange);
                if (exchange.answer != null) {
                    break;
                }
            }
        } catch (Throwable e) {
            // Errors too: whatever a module throws, its request is answered, logged and accounted for
            errors.thrown(e, exchange);
            if (exchange.admission == null) {
                routing.learnDialect(exchange);
            }
        }
        if (exchange.result instanceof CompletionStage<?> later && exchange.refusal == null) {
            exchange.result = null;
            new LaterAnswer(exchange, errors, answers::finish).await(later);
        } else {
            answers.finish(exchange);
        }
    }
}
