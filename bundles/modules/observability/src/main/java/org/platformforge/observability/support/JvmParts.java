package org.platformforge.observability.support;

import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.time.Instant;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;

/** Parts of the support bundle that the virtual machine and the framework tell. Stateless. */
final class JvmParts {
    private JvmParts() {}

    static String versions(BundleContext context) {
        return "Platform Forge " + context.getBundle().getVersion()
                + "\nWritten at " + Instant.now()
                + "\nJava " + System.getProperty("java.runtime.version") + ", " + System.getProperty("java.vm.name")
                + ", "
                + System.getProperty("java.vm.vendor")
                + "\nSystem " + System.getProperty("os.name") + ' ' + System.getProperty("os.version") + ' '
                + System.getProperty("os.arch")
                + "\nFramework " + context.getBundle(Constants.SYSTEM_BUNDLE_ID).getVersion() + '\n';
    }

    static String jvm() {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        StringBuilder text = new StringBuilder();
        text.append("Up for ").append(Duration.ofMillis(runtime.getUptime())).append('\n');
        text.append("Processors: ")
                .append(Runtime.getRuntime().availableProcessors())
                .append('\n');
        text.append("Heap: ")
                .append(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage())
                .append('\n');
        text.append("Options:\n");
        runtime.getInputArguments()
                .forEach(argument -> text.append("  ").append(argument).append('\n'));
        return text.toString();
    }

    static String threads() {
        StringBuilder text = new StringBuilder();
        for (ThreadInfo thread : ManagementFactory.getThreadMXBean().dumpAllThreads(true, true)) {
            text.append('"').append(thread.getThreadName()).append("\" ").append(thread.getThreadState());
            if (thread.getLockName() != null) {
                text.append(" on ").append(thread.getLockName());
            }
            text.append('\n');
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append("    at ").append(frame).append('\n');
            }
            text.append('\n');
        }
        return text.toString();
    }

    static String bundles(BundleContext context) {
        StringBuilder text = new StringBuilder("id\tstate\tlevel\tname\tversion\n");
        for (Bundle bundle : context.getBundles()) {
            BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
            text.append(bundle.getBundleId()).append('\t').append(state(bundle)).append('\t');
            text.append(level == null ? "" : level.getStartLevel()).append('\t');
            text.append(bundle.getSymbolicName())
                    .append('\t')
                    .append(bundle.getVersion())
                    .append('\n');
        }
        return text.toString();
    }

    private static String state(Bundle bundle) {
        return switch (bundle.getState()) {
            case Bundle.ACTIVE -> "active";
            case Bundle.STARTING -> "starting";
            case Bundle.STOPPING -> "stopping";
            case Bundle.RESOLVED -> "resolved";
            case Bundle.INSTALLED -> "installed";
            default -> "uninstalled";
        };
    }
}
