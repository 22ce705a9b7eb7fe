package org.platformforge.gateway.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.platformforge.extension.api.driver.Driver;
import org.platformforge.extension.api.driver.DriverException;
import org.platformforge.extension.api.driver.ResourceSpec;
import org.platformforge.gateway.testing.TestConfig;
import org.platformforge.kernel.store.database.DatabaseKind;

class GatewayDriverTest {
    @ParameterizedTest
    @EnumSource
    void makesChangesAndRemovesARouteHoweverOftenItIsAsked(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            Driver.Observation made = gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000");
            assertThat(made.outputs())
                    .containsEntry("host", "shop-dev.localhost")
                    .containsEntry("url", "http://shop-dev.localhost:8181/");
            assertThat(gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000"))
                    .isEqualTo(made);
            gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20001");
            assertThat(gateway.routes.byLabel("shop-dev").orElseThrow().destination())
                    .isEqualTo("127.0.0.1:20001");
            assertThat(gateway.driver.inventory())
                    .containsExactly(new Driver.Held("res-1", "ten_a", "prov-1", "route shop-dev.localhost"));
            assertThat(gateway.driver.observe("res-1").orElseThrow().state()).isEqualTo(Driver.State.RUNNING);
            gateway.driver.delete("res-1", TestGateway.PROGRESS);
            gateway.driver.delete("res-1", TestGateway.PROGRESS);
            assertThat(gateway.driver.observe("res-1")).isEmpty();
            assertThat(gateway.driver.inventory()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesAHostOfAnotherTenantsResource(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000");
            assertThat(gateway.driver.check(TestGateway.spec("ten_b", "res-2", "shop-dev", "127.0.0.1:1")))
                    .extracting(Driver.Problem::property)
                    .containsExactly("host");
            assertThat(gateway.driver.check(TestGateway.spec("ten_a", "res-1", "shop-dev", "127.0.0.1:1")))
                    .isEmpty();
            assertThatThrownBy(() -> gateway.apply("ten_b", "res-2", "shop-dev", "127.0.0.1:1"))
                    .isInstanceOfSatisfying(DriverException.class, e -> {
                        assertThat(e.code()).isEqualTo("HOST_TAKEN");
                        assertThat(e.retryable()).isFalse();
                    });
            assertThat(gateway.routes.byLabel("shop-dev").orElseThrow().tenantId())
                    .isEqualTo("ten_a");
        }
    }

    @ParameterizedTest
    @EnumSource
    void servesRoutesThatAnotherNodeWrote(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            RouteTable other = gateway.newRouteTable(new TestConfig(60, 1));
            gateway.apply("ten_a", "res-1", "shop-dev", "127.0.0.1:20000");
            await().until(() -> other.byLabel("shop-dev").isPresent());
            gateway.driver.delete("res-1", TestGateway.PROGRESS);
            await().until(() -> other.byLabel("shop-dev").isEmpty());
            other.close();
            RouteTable restarted = gateway.newRouteTable(TestConfig.DEFAULT);
            assertThat(restarted.all()).isEmpty();
            restarted.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DERBY")
    void namesEveryWrongPropertyAtOnce(DatabaseKind kind) {
        try (TestGateway gateway = new TestGateway(kind)) {
            ResourceSpec wrong = new ResourceSpec(
                    "res-1",
                    "ten_a",
                    "prov-1",
                    "route",
                    "shop",
                    "dev",
                    "http-route",
                    Map.of("host", "Shop_dev.evil", "upstream", "127.0.0.1:99999/x"));
            assertThat(gateway.driver.check(wrong))
                    .extracting(Driver.Problem::property)
                    .containsExactly("host", "upstream", "backend");
            for (String upstream : new String[] {"127.0.0.1:0", "user@evil:80", "127.0.0.1", "a b:80", ":80"}) {
                assertThat(gateway.driver.check(TestGateway.spec("ten_a", "res-1", "shop-dev", upstream)))
                        .extracting(Driver.Problem::property)
                        .containsExactly("upstream");
                assertThatThrownBy(() -> gateway.apply("ten_a", "res-1", "shop-dev", upstream))
                        .isInstanceOf(DriverException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void keepsSeveralUpstreamsWithTheirWeights(DatabaseKind kind) throws Exception {
        try (TestGateway gateway = new TestGateway(kind)) {
            ResourceSpec spec = several(List.of(
                    Map.of("address", "127.0.0.1:20000", "backend", "res-a", "weight", 90),
                    Map.of("address", "127.0.0.1:20001", "backend", "res-b", "weight", 10)));
            gateway.driver.apply(spec, TestGateway.PROGRESS);
            RouteTable other = gateway.newRouteTable(TestConfig.DEFAULT);

            assertThat(other.byLabel("shop-dev").orElseThrow().upstreams())
                    .containsExactly(
                            new Upstream("127.0.0.1:20000", "res-a", 90), new Upstream("127.0.0.1:20001", "res-b", 10));
            other.close();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DERBY")
    void refusesUpstreamsThatLeadNowhere(DatabaseKind kind) {
        try (TestGateway gateway = new TestGateway(kind)) {
            List<Object> wrong = List.of(
                    List.of(),
                    "127.0.0.1:1",
                    List.of("127.0.0.1:1"),
                    List.of(Map.of("address", "127.0.0.1:1")),
                    List.of(Map.of("address", "127.0.0.1:1", "backend", "res a")),
                    List.of(Map.of("address", "user@evil:1", "backend", "res-a")),
                    List.of(Map.of("address", "127.0.0.1:1", "backend", "res-a", "weight", -1)),
                    List.of(Map.of("address", "127.0.0.1:1", "backend", "res-a", "weight", 0)));
            wrong.forEach(upstreams -> assertThat(gateway.driver.check(several(upstreams)))
                    .as(upstreams.toString())
                    .extracting(Driver.Problem::property)
                    .containsExactly("upstreams"));
        }
    }

    private static ResourceSpec several(Object upstreams) {
        return new ResourceSpec(
                "res-1",
                "ten_a",
                "tgt-1",
                "route",
                "shop",
                "dev",
                "http-route",
                Map.of("host", "shop-dev", "upstreams", upstreams));
    }
}
