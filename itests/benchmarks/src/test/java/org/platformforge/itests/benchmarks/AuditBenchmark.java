package org.platformforge.itests.benchmarks;

import java.net.URI;
import java.util.List;
import java.util.Map;
import org.platformforge.itests.blackbox.Platform;

/** A record of the audit log beside a plain row, each in a transaction of its own, from the same servlet. */
final class AuditBenchmark {
    private final Settings settings;
    private final Report report;
    private final Platform platform;
    private final DatabaseUnderTest database;

    AuditBenchmark(Settings settings, Report report, Platform platform, DatabaseUnderTest database) {
        this.settings = settings;
        this.report = report;
        this.platform = platform;
        this.database = database;
    }

    void run() {
        Peers.install(settings, platform);
        Load.Target many = target(
                "Audit append, %d tenants (%s)".formatted(settings.connections(), database.name()),
                "audit?tenants=" + settings.connections());
        Load.Target one = target("Audit append, one tenant (%s)".formatted(database.name()), "audit?tenants=1");
        Load.Target peer = target("one durable insert, same JVM", "insert?tenants=" + settings.connections());
        Load load = new Load(settings, settings.fewRounds(), List.of(many, one), List.of(peer)).run();
        for (int product = 0; product < 2; product++) {
            load.reportCpu(report, product, null);
            report.add(load.throughput(product, 2));
        }
    }

    private Load.Target target(String name, String path) {
        URI uri = URI.create("http://127.0.0.1:" + platform.httpPort() + "/bench/store/" + path);
        return new Load.Target(name, uri, Map.of(), List.of(platform.pid()), database.processes(), () -> "");
    }
}
