package org.platformforge.itests.benchmarks;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.platformforge.itests.blackbox.Account;
import org.platformforge.itests.blackbox.Answer;
import org.platformforge.itests.blackbox.Marketplace;
import org.platformforge.itests.blackbox.Platform;
import org.platformforge.itests.blackbox.Publisher;
import org.platformforge.itests.extensions.Artifact;
import org.platformforge.itests.extensions.Shop;

/**
 * From the POST that installs a published extension to the first 200 on its route; the same for its upgrade and rollback,
 * until the other version answers. Beside it the same bundle, installed and started in a bare Felix, which is the limit.
 */
final class ExtensionBenchmark {
    private static final double MOST_INSTALL_MILLIS = 30;
    private static final double MOST_UPDATE_MILLIS = 50;
    private static final String EXTENSIONS = "/api/v1/marketplace/extensions/";
    private static final String INSTALLATIONS = "/api/v1/marketplace/installations/";
    private static final int WARM_UP = 10;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Settings settings;
    private final Report report;
    private final Publisher publisher;
    private final Marketplace tenant;
    private final Platform platform;
    private final String id;

    /** Milliseconds. */
    private record Cycle(double install, double upgrade, double rollback, double bare) {}

    ExtensionBenchmark(Settings settings, Report report, Platform platform) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
        this.publisher = Publisher.trusted(platform, "bench-");
        this.tenant = new Marketplace(platform, Account.register(platform));
        this.id = publisher.id("shop");
    }

    void run() {
        Artifact artifact = publisher.publish(Shop.small(id, "1.0.0"));
        publisher.publish(Shop.small(id, "1.1.0"));
        Rounds<Cycle> rounds = new Rounds<>();
        try (BareFelix felix = new BareFelix(settings.target().resolve("felix"))) {
            for (int i = 0; i < WARM_UP; i++) {
                cycle(felix, artifact);
            }
            for (int i = 0; i < settings.installs(); i++) {
                Watch watch = new Watch(List.of(platform.pid()));
                Cycle cycle = cycle(felix, artifact);
                rounds.add(cycle, watch.stop(List.of(platform.pid())).otherCores());
            }
        }
        report.add(median("install: POST to the first 200, p50 ms", rounds, Cycle::install)
                .peer("the bundle in a bare Felix %.1f".formatted(rounds.median(Cycle::bare)))
                .ratio(rounds.median(one -> one.install() / one.bare()))
                .aim("≤ 30 ms", rounds.median(Cycle::install) <= MOST_INSTALL_MILLIS));
        report.add(ninetieth("install: POST to the first 200, p90 ms", rounds, Cycle::install));
        report.add(median("upgrade: POST until the new version answers, p50 ms", rounds, Cycle::upgrade)
                .aim("≤ 50 ms", rounds.median(Cycle::upgrade) <= MOST_UPDATE_MILLIS));
        report.add(ninetieth("upgrade: POST until the new version answers, p90 ms", rounds, Cycle::upgrade));
        report.add(median("rollback: POST until the old version answers, p50 ms", rounds, Cycle::rollback)
                .aim("≤ 50 ms", rounds.median(Cycle::rollback) <= MOST_UPDATE_MILLIS));
    }

    private static Report.Row median(String figure, Rounds<Cycle> rounds, ToDoubleFunction<Cycle> value) {
        return Report.row("Extension " + figure)
                .product("%.1f".formatted(rounds.median(value)))
                .rounds(rounds.describe());
    }

    private static Report.Row ninetieth(String figure, Rounds<Cycle> rounds, ToDoubleFunction<Cycle> value) {
        double[] sorted = rounds.kept().stream().mapToDouble(value).sorted().toArray();
        return Report.row("Extension " + figure)
                .product("%.1f".formatted(sorted[(sorted.length * 9) / 10]))
                .rounds(rounds.describe());
    }

    private Cycle cycle(BareFelix felix, Artifact artifact) {
        double install = until(EXTENSIONS + id + "/install", Map.of("version", "1.0.0"), "1.0.0");
        double upgrade = until(INSTALLATIONS + id + "/upgrade", Map.of("version", "1.1.0"), "1.1.0");
        double rollback = until(INSTALLATIONS + id + "/rollback", Map.of(), "1.0.0");
        tenant.uninstall(id);
        return new Cycle(install, upgrade, rollback, felix.millis(artifact));
    }

    /** Asks again and again, without a pause: an answer takes about a millisecond. */
    private double until(String path, Map<String, ?> body, String version) {
        long start = System.nanoTime();
        Answer accepted = tenant.post(path, body);
        if (accepted.status() != 202) {
            throw new IllegalStateException("Not accepted: " + accepted);
        }
        Answer answer = tenant.call(id, "/shop");
        while (!answers(answer, version)) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw new IllegalStateException("Not served within a minute: " + answer);
            }
            answer = tenant.call(id, "/shop");
        }
        double millis = (System.nanoTime() - start) / 1e6;
        tenant.ended(accepted);
        return millis;
    }

    private static boolean answers(Answer answer, String version) {
        return answer.status() == 200 && answer.data().path("version").asText().equals(version);
    }

    /** A framework with the packages that an extension imports, and nothing else. */
    private static final class BareFelix implements AutoCloseable {
        private final Path storage;
        private final Framework framework;

        BareFelix(Path storage) {
            this.storage = storage;
            Map<String, String> config = Map.of(
                    Constants.FRAMEWORK_STORAGE,
                    storage.toString(),
                    Constants.FRAMEWORK_STORAGE_CLEAN,
                    Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT,
                    Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA,
                    packages(),
                    Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                    "osgi.extender;osgi.extender=osgi.component;version:Version=1.5");
            framework = new FrameworkFactory().newFramework(config);
            try {
                framework.start();
            } catch (BundleException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String packages() {
            return Stream.of(
                            "org.platformforge.kernel.api;version=1.99",
                            "org.platformforge.kernel.api.http;version=1.99",
                            "org.platformforge.extension.api;version=1.0",
                            "org.platformforge.extension.api.command;version=1.0",
                            "org.platformforge.extension.api.event;version=1.0",
                            "org.platformforge.extension.api.job;version=1.0",
                            "javax.ws.rs;version=2.1",
                            "javax.ws.rs.core;version=2.1")
                    .collect(Collectors.joining(","));
        }

        /** Until its state is active, with its first class loaded. */
        double millis(Artifact artifact) {
            try {
                long start = System.nanoTime();
                Bundle bundle = framework
                        .getBundleContext()
                        .installBundle("bench:" + artifact.id(), new ByteArrayInputStream(artifact.bytes()));
                bundle.start();
                bundle.loadClass(Shop.Routes.class.getName());
                double millis = (System.nanoTime() - start) / 1e6;
                bundle.uninstall();
                return millis;
            } catch (BundleException | ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            try {
                framework.stop();
                framework.waitForStop(30_000);
                delete();
            } catch (BundleException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private void delete() {
            try (Stream<Path> files = Files.walk(storage)) {
                files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
