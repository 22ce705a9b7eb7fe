package org.platformforge.kernel.http.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.cxf.BusFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.http.fixture.NotesExtension;
import org.platformforge.kernel.http.json.JsonCodec;
import org.platformforge.kernel.http.json.JsonLimits;

class JaxRsServerTest {
    private final JaxRsBus shared = new JaxRsBus();
    private final JsonCodec codec = new JsonCodec(JsonLimits.defaults());

    @AfterEach
    void close() {
        shared.close();
        codec.close();
    }

    private JaxRsServer server(Object resource) {
        return new JaxRsServer(shared, List.of(resource), codec, List.of());
    }

    private static long operations(JaxRsServer server) {
        return Stream.of(NotesExtension.class.getMethods())
                .filter(method -> server.operation(method) != null)
                .count();
    }

    @Test
    void manyAreMadeAtOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<JaxRsServer>> made = IntStream.range(0, 64)
                    .mapToObj(i -> threads.submit(() -> server(new NotesExtension(() -> {}))))
                    .toList();
            long first = operations(made.get(0).get());
            assertThat(first).isPositive();
            for (Future<JaxRsServer> one : made) {
                assertThat(operations(one.get())).isEqualTo(first);
                one.get().close();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void nothingOfAClosedOneStaysOnWhatTheyShare() {
        List<WeakReference<Object>> gone = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Object resource = new NotesExtension(() -> {});
            JaxRsServer server = server(resource);
            gone.add(new WeakReference<>(resource));
            gone.add(new WeakReference<>(server.bus()));
            server.close();
        }

        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            System.gc();
            assertThat(gone).allSatisfy(one -> assertThat(one.get()).isNull());
        });
        assertThat(shared.bus().getExtension(org.apache.cxf.binding.BindingFactoryManager.class))
                .isNotNull();
    }

    @Test
    void isClosedAfterWhatTheyShareAndIsNobodysDefault() {
        JaxRsServer server = server(new NotesExtension(() -> {}));
        shared.close();
        server.close();

        assertThat(operations(server)).isZero();
        assertThat(BusFactory.getDefaultBus(false)).isNull();
        assertThat(BusFactory.getThreadDefaultBus(false)).isNull();
    }
}
