package org.platformforge.kernel.http.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.servlet.Servlet;
import javax.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;

class FrontRegistrationTest {
    private final List<Servlet> came = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final BundleContext context = proxy(BundleContext.class, (method, arguments) -> {
        came.add((Servlet) arguments[1]);
        events.add("registered");
        return proxy(ServiceRegistration.class, (unregister, none) -> {
            events.add("unregistered");
            return null;
        });
    });

    @FunctionalInterface
    private interface Call {
        Object answer(String method, Object[] arguments);
    }

    @SuppressWarnings("unchecked")
    private static <T> T proxy(Class<T> type, Call call) {
        return (T) Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> call.answer(method.getName(), arguments));
    }

    private FrontRegistration registered(Duration patience) {
        return new FrontRegistration(context, null, null, null, null, patience);
    }

    @Test
    void registersAnewWhatTheServerLost() {
        FrontRegistration front = registered(Duration.ZERO);

        front.missed();

        await().untilAsserted(() -> assertThat(events).containsExactly("registered", "unregistered", "registered"));
        assertThat(came.get(1)).isNotSameAs(came.get(0));
    }

    @Test
    void givesTheServerTime() {
        FrontRegistration front = registered(Duration.ofHours(1));

        front.missed();
        front.close();

        assertThat(events).containsExactly("registered", "unregistered");
    }

    @Test
    void leavesAServletThatIsReachedAlone() {
        FrontRegistration front = registered(Duration.ZERO);
        reach(came.get(0));

        front.missed();
        front.close();
        front.missed();

        assertThat(events).containsExactly("registered", "unregistered");
    }

    /** As far as the admission, of which there is none here. */
    private static void reach(Servlet servlet) {
        HttpServletRequest request = proxy(HttpServletRequest.class, (method, arguments) -> null);
        try {
            ((FrontServlet) servlet).service(request, null);
        } catch (Exception e) {
            assertThat(e).isInstanceOf(NullPointerException.class);
        }
        assertThat(((FrontServlet) servlet).isReached()).isTrue();
    }
}
