package org.platformforge.kernel.extension.context;

import java.util.Map;
import java.util.Set;
import org.platformforge.extension.api.DocumentStore;
import org.platformforge.extension.api.KeyValueStore;
import org.platformforge.extension.api.OutboundHttp;
import org.platformforge.extension.api.Settings;
import org.platformforge.extension.api.TenantContext;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.extension.call.Scope;
import org.platformforge.kernel.extension.data.Documents;
import org.platformforge.kernel.extension.data.KeyValues;
import org.platformforge.kernel.extension.data.Space;
import org.platformforge.kernel.extension.release.Release;

/** {@link TenantContext} of one call. What is done with it outside of a call for the same tenant is refused. */
final class TenantView implements TenantContext {
    private final Release release;
    private final Scope scope;
    private final Space space;
    private final OutboundHttp http;
    private final Publisher publisher;

    TenantView(Release release, Scope scope, Space space, OutboundHttp http, Publisher publisher) {
        this.release = release;
        this.scope = scope;
        this.space = space;
        this.http = http;
        this.publisher = publisher;
    }

    @Override
    public String tenantId() {
        return scope.tenantId();
    }

    @Override
    public Caller caller() {
        return scope.caller();
    }

    @Override
    public Settings settings() {
        check(release, scope);
        return scope.settings();
    }

    @Override
    public KeyValueStore keyValues() {
        return new KeyValues(space);
    }

    @Override
    public DocumentStore documents(String collection) {
        return new Documents(
                space, collection, release.described().indexes().getOrDefault(String.valueOf(collection), Set.of()));
    }

    @Override
    public OutboundHttp http() {
        return http;
    }

    @Override
    public void publish(String name, Map<String, ?> data) {
        check(release, scope);
        publisher.publish(scope.tenantId(), release.extensionId(), name, data);
    }

    /** @throws IllegalStateException when this thread is in no call of the release for the scope's tenant */
    static void check(Release release, Scope scope) {
        Scope now = release.calls().current();
        if (now == null || !now.tenantId().equals(scope.tenantId())) {
            throw new IllegalStateException("The tenant's context belongs to a call that is over");
        }
    }
}
