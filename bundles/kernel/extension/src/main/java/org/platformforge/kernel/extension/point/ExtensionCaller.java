package org.platformforge.kernel.extension.point;

import java.util.Optional;
import java.util.Set;
import org.platformforge.kernel.api.Caller;
import org.platformforge.kernel.api.Ids;

/** The platform acting for an extension in a tenant: permitted whatever concerns the extension, and nothing else. */
record ExtensionCaller(String tenantId, String extensionId, String requestId) implements Caller {
    ExtensionCaller(String tenantId, String extensionId) {
        this(tenantId, extensionId, Ids.next("req_"));
    }

    @Override
    public Scheme scheme() {
        return Scheme.SYSTEM;
    }

    @Override
    public String subject() {
        return "extension:" + extensionId;
    }

    @Override
    public Optional<String> onBehalfOf() {
        return Optional.empty();
    }

    @Override
    public Set<String> roles() {
        return Set.of();
    }

    @Override
    public Optional<String> sessionId() {
        return Optional.empty();
    }

    @Override
    public Optional<String> plan() {
        return Optional.empty();
    }

    @Override
    public String remoteAddress() {
        return null;
    }

    @Override
    public String userAgent() {
        return "extension";
    }

    @Override
    public boolean isPermitted(String permission) {
        String[] parts = permission.split(":", -1);
        return parts.length == 3 && parts[0].equals("extension") && parts[2].equals(extensionId);
    }
}
