package org.platformforge.infrastructure.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.Page;
import org.platformforge.kernel.api.PageRequest;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.delivery.CanaryStage;
import org.platformforge.kernel.api.delivery.Delivery;
import org.platformforge.kernel.api.delivery.DeployRequest;
import org.platformforge.kernel.api.delivery.DeployRequest.Strategy;
import org.platformforge.kernel.api.delivery.Release;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.Operations;
import org.platformforge.kernel.store.testing.TestCaller;

class ApplicationDeployerTest {
    private final FakeDelivery delivery = new FakeDelivery();

    /** Values by the names of {@link DeployConfig}; its defaults otherwise. */
    private static DeployConfig config(Map<String, Object> values) {
        return (DeployConfig) Proxy.newProxyInstance(
                DeployConfig.class.getClassLoader(), new Class<?>[] {DeployConfig.class}, (proxy, method, args) -> {
                    if (method.getDeclaringClass() == Annotation.class) {
                        return DeployConfig.class;
                    }
                    return values.getOrDefault(method.getName(), method.getDefaultValue());
                });
    }

    private static final Map<String, Object> SHOP = Map.of(
            "application", "shop",
            "repository", "https://example.com/o/shop",
            "ref", "v{version}",
            "start", "exec ./run",
            "environments", "staging, production",
            "env", "MODE=full, B = c",
            "replicas", 3,
            "strategy", "blue_green");

    private ApplicationDeployer deployer(Map<String, Object> values) {
        Operations operations = (Operations) Proxy.newProxyInstance(
                Operations.class.getClassLoader(), new Class<?>[] {Operations.class}, (proxy, method, args) -> {
                    if (method.getName().equals("find")) {
                        return Optional.<Operation>empty();
                    }
                    return List.<Duration>of();
                });
        return new ApplicationDeployer(delivery, operations, config(values));
    }

    private static final class FakeDelivery implements Delivery {
        final List<DeployRequest> requests = new ArrayList<>();
        PlatformException refusal;
        Release current;

        @Override
        public Release deploy(Caller caller, DeployRequest request) {
            if (refusal != null) {
                throw refusal;
            }
            requests.add(request);
            current = release("rel-" + requests.size(), request);
            return current;
        }

        private static Release release(String id, DeployRequest request) {
            return new Release(
                    id,
                    "platform",
                    request.service(),
                    request.environment(),
                    1,
                    request.version(),
                    request.source().repository(),
                    request.source().ref(),
                    null,
                    null,
                    request.build(),
                    request.run(),
                    request.scale(),
                    request.rollout(),
                    Release.Status.ACTIVE,
                    null,
                    "op_1",
                    null,
                    "u",
                    Instant.EPOCH,
                    null);
        }

        @Override
        public Release rollback(Caller caller, String service, String environment, Integer number) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<String> returnable(String tenantId, Collection<Release> releases) {
            return Set.of();
        }

        @Override
        public Optional<Release> find(String tenantId, String releaseId) {
            return Optional.ofNullable(current).filter(one -> one.id().equals(releaseId));
        }

        @Override
        public List<CanaryStage> canary(String tenantId, String releaseId) {
            return List.of();
        }

        @Override
        public Page<Release> releases(String tenantId, String service, String environment, PageRequest page) {
            return new Page<>(List.of(current), 1, Optional.empty());
        }

        @Override
        public List<Target> targets(String tenantId, String service) {
            return List.of();
        }

        @Override
        public Optional<Target> target(String tenantId, String service, String environment) {
            return Optional.ofNullable(current)
                    .filter(one -> one.environment().equals(environment))
                    .map(one -> new Target(service, environment, one, null, null, List.of()));
        }

        @Override
        public Optional<Operation> remove(Caller caller, String service, String environment) {
            return Optional.empty();
        }
    }

    private static PlatformException refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(PlatformException.class, call);
    }

    @Test
    void releasesTheConfiguredApplication() {
        ApplicationDeployer deployer = deployer(SHOP);
        Release release =
                deployer.deploy(TestCaller.OPERATOR, "1.2.3", "staging", false).release();
        assertThat(delivery.requests).singleElement().satisfies(request -> {
            assertThat(request.service()).isEqualTo("shop");
            assertThat(request.source().ref()).isEqualTo("v1.2.3");
            assertThat(request.source().token()).isNull();
            assertThat(request.run().start()).isEqualTo("exec ./run");
            assertThat(request.run().env()).containsExactly(Map.entry("B", "c"), Map.entry("MODE", "full"));
            assertThat(request.scale().replicas()).isEqualTo(3);
            assertThat(request.rollout().strategy()).isEqualTo(Strategy.BLUE_GREEN);
        });
        assertThat(ApplicationDeployer.id(release)).isEqualTo("d-1");
        assertThat(deployer.get(TestCaller.OPERATOR, "d-1")).isEqualTo(release);
    }

    @Test
    void aVersionThatServesIsDeployedAgainOnlyByForce() {
        ApplicationDeployer deployer = deployer(SHOP);
        deployer.deploy(TestCaller.OPERATOR, "1.2.3", "staging", false);
        PlatformException again = refused(() -> deployer.deploy(TestCaller.OPERATOR, "1.2.3", "staging", false));
        assertThat(again.kind()).isEqualTo(ErrorKind.CONFLICT);
        assertThat(again.details()).containsEntry("deployment_id", "d-1");
        deployer.deploy(TestCaller.OPERATOR, "1.2.3", "staging", true);
        deployer.deploy(TestCaller.OPERATOR, "1.2.4", "staging", false);
        deployer.deploy(TestCaller.OPERATOR, "1.2.4", "production", false);
        assertThat(delivery.requests).hasSize(4);
    }

    @Test
    void saysThatNothingIsConfigured() {
        PlatformException refused =
                refused(() -> deployer(Map.of()).deploy(TestCaller.OPERATOR, "1.2.3", "staging", false));
        assertThat(refused.kind()).isEqualTo(ErrorKind.NOT_CONFIGURED);
        assertThat(refused).hasMessageContaining(DeployConfig.PID);
    }

    @Test
    void tellsTheClientsMistakesFromTheConfigurations() {
        ApplicationDeployer deployer = deployer(SHOP);
        assertThat(refused(() -> deployer.deploy(TestCaller.OPERATOR, "$(x)", "moon", false))
                        .fields())
                .extracting(FieldError::field)
                .containsExactly("version", "environment");
        assertThat(refused(() -> deployer.deploy(TestCaller.OPERATOR, null, null, false))
                        .fields())
                .hasSize(2);
        delivery.refusal = PlatformException.invalid("scale.cpu", "is too much");
        PlatformException wrong = refused(() -> deployer.deploy(TestCaller.OPERATOR, "1", "staging", false));
        assertThat(wrong.kind()).isEqualTo(ErrorKind.NOT_CONFIGURED);
        assertThat(wrong).hasMessageContaining("scale.cpu is too much");
        delivery.refusal = PlatformException.invalid("source.ref", "is not there");
        assertThat(refused(() -> deployer.deploy(TestCaller.OPERATOR, "1", "staging", false))
                        .fields())
                .extracting(FieldError::field)
                .containsExactly("version");
    }

    @Test
    void isForThoseWhoRunThePlatform() {
        PlatformException refused =
                refused(() -> deployer(SHOP).deploy(new TestCaller("ten_a", "u"), "1.2.3", "staging", false));
        assertThat(refused.kind()).isEqualTo(ErrorKind.FORBIDDEN);
        assertThat(refused(() -> deployer(SHOP).get(TestCaller.OPERATOR, "d-../x"))
                        .kind())
                .isEqualTo(ErrorKind.NOT_FOUND);
    }
}
