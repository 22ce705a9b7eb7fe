package org.platformforge.kernel.api.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.api.module.Generations.Stage;

class StageWatchTest {
    private final AtomicInteger changes = new AtomicInteger();
    private final StageWatch watch = new StageWatch(changes::incrementAndGet);
    private final List<Runnable> listeners = new ArrayList<>();

    @Test
    void everyBundleActsWhileNobodyDecides() {
        assertThat(watch.stage(7)).isEqualTo(Stage.ACTING);
        Generations gone = generations(Stage.CANDIDATE);
        watch.bind(gone);
        assertThat(watch.acts(7)).isFalse();
        watch.unbind(gone);

        assertThat(watch.acts(7)).isTrue();
        assertThat(listeners).isEmpty();
        assertThat(changes).hasValue(2);
    }

    @Test
    void asksTheNewOneWhenOneReplacesTheOther() {
        Generations old = generations(Stage.DRAINING);
        Generations fresh = generations(Stage.CANDIDATE);
        watch.bind(old);
        watch.bind(fresh); // the component runtime binds the new one first
        watch.unbind(old);

        assertThat(watch.stage(7)).isEqualTo(Stage.CANDIDATE);
        assertThat(listeners).hasSize(1);
        listeners.forEach(Runnable::run);
        assertThat(changes).hasValue(4);
    }

    private Generations generations(Stage stage) {
        return (Generations) Proxy.newProxyInstance(
                Generations.class.getClassLoader(), new Class<?>[] {Generations.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "stage":
                            return stage;
                        case "addListener":
                            listeners.add((Runnable) arguments[0]);
                            break;
                        case "removeListener":
                            listeners.remove(arguments[0]);
                            break;
                        case "hashCode":
                            return System.identityHashCode(proxy);
                        case "equals":
                            return proxy == arguments[0];
                        default:
                            throw new UnsupportedOperationException(method.getName());
                    }
                    return null;
                });
    }
}
