package org.platformforge.deployments.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.platformforge.extension.api.framework.Framework;
import org.platformforge.extension.api.framework.SourceTree;
import org.platformforge.kernel.api.extension.ExtensionContributions;
import org.platformforge.kernel.api.extension.ExtensionRouting;

class FrameworksTest {
    private final Frameworks frameworks = new Frameworks();

    private record Named(String id, String version) implements Framework {
        @Override
        public Description description() {
            if (id == null) {
                throw new IllegalStateException("broken");
            }
            return new Description(id, id, "x", version, 1, "", List.of());
        }

        @Override
        public Set<String> files() {
            return Set.of();
        }

        @Override
        public Detection detect(SourceTree source) {
            return Detection.missing("x");
        }

        @Override
        public Plan plan(SourceTree source) {
            throw new UnsupportedOperationException();
        }
    }

    /** Of a bundle that is only a number. */
    private static ServiceReference<Framework> of(long bundleId) {
        return of(bundleId, "mvn:bundle");
    }

    @SuppressWarnings("unchecked")
    private static ServiceReference<Framework> of(long bundleId, String location) {
        Bundle bundle = (Bundle) Proxy.newProxyInstance(
                Bundle.class.getClassLoader(), new Class<?>[] {Bundle.class}, (proxy, method, arguments) -> location);
        return (ServiceReference<Framework>) Proxy.newProxyInstance(
                ServiceReference.class.getClassLoader(),
                new Class<?>[] {ServiceReference.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getBundle" -> bundle;
                    case "getProperty" -> bundleId;
                    case "hashCode" -> (int) bundleId;
                    case "equals" -> proxy == arguments[0];
                    case "toString" -> "bundle " + bundleId;
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private List<String> all(String tenant) {
        return frameworks.all(tenant).stream()
                .map(one -> one.description().id() + " " + one.description().version())
                .toList();
    }

    @Test
    void takesTheNewestOfSeveralGenerationsAndLeavesOutWhatIsBroken() {
        ServiceReference<Framework> newer = of(30);
        frameworks.bindFramework(of(20), new Named("django", "4"));
        frameworks.bindFramework(newer, new Named("django", "5"));
        frameworks.bindFramework(of(21), new Named("bakery", "1"));
        frameworks.bindFramework(of(22), new Named(null, "1"));
        frameworks.bindFramework(of(40, ExtensionRouting.LOCATION + "x"), new Named("django", "6"));
        assertThat(all("ten_a")).containsExactly("bakery 1", "django 5");
        frameworks.unbindFramework(newer, new Named("django", "5"));
        assertThat(all("ten_a")).containsExactly("bakery 1", "django 4");
    }

    @Test
    void addsWhatEachTenantsExtensionsBring() {
        frameworks.bindFramework(of(20), new Named("django", "4"));
        frameworks.extensions = (ExtensionContributions) Proxy.newProxyInstance(
                ExtensionContributions.class.getClassLoader(),
                new Class<?>[] {ExtensionContributions.class},
                (proxy, method, arguments) -> arguments[0].equals("ten_a") && arguments[1] == Framework.class
                        ? List.of(new ExtensionContributions.Contribution<>(
                                "acme.sites", "1.0.0", "sha", new Named("acme.sites.oven", "1")))
                        : List.of());
        assertThat(all("ten_a")).containsExactly("django 4", "acme.sites.oven 1");
        assertThat(all("ten_b")).containsExactly("django 4");
        assertThat(frameworks.find("ten_b", "acme.sites.oven")).isEmpty();
        assertThat(frameworks.find("ten_a", "acme.sites.oven")).isPresent();
    }
}
