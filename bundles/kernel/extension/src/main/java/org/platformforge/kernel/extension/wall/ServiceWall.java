package org.platformforge.kernel.extension.wall;

import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.hooks.service.EventListenerHook;
import org.osgi.framework.hooks.service.FindHook;
import org.osgi.framework.hooks.service.ListenerHook;

/**
 * Shows an extension its own services and its {@code ExtensionContext}; shows the platform none of an extension's but its
 * resources, which are called through the request chain. The runtime calls every other extension point itself. Thread-safe.
 */
final class ServiceWall implements FindHook, EventListenerHook {
    private static final String CONTEXT = "org.platformforge.extension.api.ExtensionContext";
    private static final String RESOURCE = "osgi.jaxrs.resource";

    /** Of a release in a process of its own; an extension cannot link to the interface, so this one is the runtime's. */
    private static final String ROUTES = "org.platformforge.kernel.api.extension.ExternalRoutes";

    private static final Set<String> POINTS = Set.of(
            "org.platformforge.extension.api.template.TemplateProvider",
            "org.platformforge.extension.api.driver.Driver",
            "org.platformforge.extension.api.framework.Framework",
            "org.platformforge.extension.api.event.EventListener",
            "org.platformforge.extension.api.job.ScheduledJob",
            "org.platformforge.extension.api.pipeline.PipelineStep",
            "org.platformforge.extension.api.command.ExtensionCommand");

    private final Bundle own;

    /** @param own the bundle that registers the {@code ExtensionContext} */
    ServiceWall(Bundle own) {
        this.own = own;
    }

    @Override
    public void find(
            BundleContext context,
            String name,
            String filter,
            boolean allServices,
            Collection<ServiceReference<?>> references) {
        Origin looker = Origin.of(context.getBundle());
        references.removeIf(reference -> !visible(looker, reference));
    }

    @Override
    public void event(ServiceEvent event, Map<BundleContext, Collection<ListenerHook.ListenerInfo>> listeners) {
        ServiceReference<?> reference = event.getServiceReference();
        // the same for every bundle of the platform, and there are many
        boolean forPlatform = visible(null, reference);
        listeners.keySet().removeIf(context -> {
            Bundle bundle = bundle(context);
            Origin looker = bundle == null ? null : Origin.of(bundle);
            return bundle != null && !(looker == null ? forPlatform : visible(looker, reference));
        });
    }

    private static Bundle bundle(BundleContext context) {
        try {
            return context.getBundle();
        } catch (IllegalStateException e) {
            // stopped in this moment: whoever listened there is gone
            return null;
        }
    }

    private boolean visible(Origin looker, ServiceReference<?> reference) {
        Bundle owner = reference.getBundle();
        Origin origin = Origin.of(owner);
        if (looker == null) {
            return origin == null || isResource(owner, reference);
        }
        if (origin != null) {
            return origin.release().equals(looker.release());
        }
        return own.equals(owner) && interfaces(reference).anyMatch(CONTEXT::equals);
    }

    private static java.util.stream.Stream<String> interfaces(ServiceReference<?> reference) {
        return Arrays.stream((String[]) reference.getProperty(Constants.OBJECTCLASS));
    }

    private static boolean isResource(Bundle owner, ServiceReference<?> reference) {
        boolean resource = "true".equals(String.valueOf(reference.getProperty(RESOURCE)));
        return resource
                && interfaces(reference)
                        .allMatch(name -> POINTS.contains(name) || ROUTES.equals(name) || contains(owner, name));
    }

    /** Resources are registered under classes of their own, and under nothing that the platform may be looking for. */
    private static boolean contains(Bundle owner, String type) {
        return !type.startsWith("java.") && owner.getEntry(type.replace('.', '/') + ".class") != null;
    }
}
