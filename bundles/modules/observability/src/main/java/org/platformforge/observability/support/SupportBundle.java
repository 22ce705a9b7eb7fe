package org.platformforge.observability.support;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.Caller;
import org.platformforge.observability.metrics.MetricCollector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One file with what somebody needs who is to find out what is wrong with an instance, and with no secret in it. A part that
 * cannot be had says why and keeps none of the others out. Thread-safe.
 */
@Component(service = SupportBundle.class)
public final class SupportBundle {
    private static final Logger LOG = LoggerFactory.getLogger(SupportBundle.class);

    private final BundleContext context;
    private final ConfigurationAdmin configurations;
    private final MetricCollector metrics;
    private final PlatformParts platform;
    private final Path data;

    @Activate
    public SupportBundle(
            BundleContext context,
            @Reference ConfigurationAdmin configurations,
            @Reference MetricCollector metrics,
            @Reference PlatformParts platform) {
        this.context = context;
        this.configurations = configurations;
        this.metrics = metrics;
        this.platform = platform;
        String folder = context.getProperty("forge.data");
        this.data = Path.of(folder == null ? "data" : folder);
    }

    /**
     * Writes it.
     *
     * @param actor who asks for it; permissions are the caller's to check
     * @param lines of each log, from its end
     * @return a zip file of mode 600 in {@code diagnostics} of the data folder
     */
    public Path write(Caller actor, int lines) throws IOException {
        Configuration[] all = configurations();
        Redactor redactor = new Redactor(new KnownSecrets()
                .map(System.getenv())
                .map(settings())
                .configurations(all)
                .files(data)
                .values());
        Path file = Folder.file(data, "support-", ".zip");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            parts(new Parts(zip, redactor), all, lines);
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(file);
            throw e;
        }
        LOG.info("{} wrote the support bundle {}", actor.subject(), file.getFileName());
        return file;
    }

    private void parts(Parts parts, Configuration[] all, int lines) throws IOException {
        parts.add("versions.txt", () -> JvmParts.versions(context));
        parts.add("jvm.txt", JvmParts::jvm);
        parts.add("threads.txt", JvmParts::threads);
        parts.add("bundles.txt", () -> JvmParts.bundles(context));
        parts.add("modules.txt", platform::modules);
        parts.add("wiring.txt", platform::wiring);
        parts.add("health.txt", platform::health);
        parts.add("metrics.txt", () -> new String(metrics.page(false), StandardCharsets.UTF_8));
        parts.add("migrations.txt", platform::migrations);
        parts.add("operations-failed.txt", platform::failedOperations);
        parts.add("events-dead.txt", platform::deadLetters);
        parts.add("settings.txt", () -> Configurations.text(settings()));
        parts.add("configurations.txt", () -> Configurations.text(all));
        for (String log : new String[] {"platform.log", "security.log", "console.log", "start.log", "derby.log"}) {
            Path path = data.resolve("log").resolve(log);
            if (lines > 0 && Files.isRegularFile(path)) {
                parts.add("log/" + log, () -> LogTail.of(path, lines));
            }
        }
    }

    private Map<String, String> settings() throws IOException {
        return Configurations.settings(context.getProperty("forge.config"), System.getenv());
    }

    private Configuration[] configurations() throws IOException {
        try {
            Configuration[] found = configurations.listConfigurations(null);
            return found == null ? new Configuration[0] : found;
        } catch (InvalidSyntaxException e) {
            throw new IllegalStateException("There is no filter", e);
        }
    }

    /** Everything goes through the redactor on its way in. */
    private record Parts(ZipOutputStream zip, Redactor redactor) {
        void add(String name, Callable<String> part) throws IOException {
            String text;
            try {
                text = part.call();
            } catch (Exception e) {
                LOG.debug("{} cannot be had", name, e);
                text = "Not there: " + e + '\n';
            }
            zip.putNextEntry(new ZipEntry(name));
            zip.write(redactor.redact(text).getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
    }
}
