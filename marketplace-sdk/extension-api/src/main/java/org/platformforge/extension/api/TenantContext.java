package org.platformforge.extension.api;

import java.util.Map;
import org.osgi.annotation.versioning.ProviderType;
import org.platformforge.kernel.api.Caller;

/**
 * What an extension has of one tenant: its settings and its data there. Kept apart from every other tenant and every
 * other extension by the platform. Data outlives updates of the extension: a newer version reads what an older one wrote,
 * and after a rollback the older one reads what the newer one wrote. Valid during the call it was taken in. Thread-safe.
 */
@ProviderType
public interface TenantContext {
    String tenantId();

    /**
     * Who is behind the call: the request's caller; for events, jobs and commands the platform acting for the extension
     * with the permissions that were accepted at install.
     */
    Caller caller();

    /** The tenant's configuration of this extension. */
    Settings settings();

    /** Small values under a key. */
    KeyValueStore keyValues();

    /**
     * Documents under an id, in a named collection; it is there as soon as it is named.
     *
     * @param collection lower-case letters, digits, {@code _} and {@code -}, at most 64
     */
    DocumentStore documents(String collection);

    /** HTTP to the hosts the extension's manifest declares. */
    OutboundHttp http();

    /**
     * Publishes an event of this extension to the tenant's listeners and webhooks.
     *
     * @param name lower-case words with dots; the event's type is {@code ext.<extension id>.<name>}
     * @param data JSON-compatible, at most 64 KiB as JSON; no secrets
     */
    void publish(String name, Map<String, ?> data);
}
