package org.platformforge.kernel.security.permission;

import java.util.Set;

/** What one credential permits. Thread-safe. */
public interface Grant {
    /** Everything: the platform itself. */
    Grant ALL = new Fixed(true);

    /** Nothing: nobody has shown a credential. */
    Grant NONE = new Fixed(false);

    /**
     * Whether an action may be done. A wildcard is permitted only when all it covers is.
     *
     * @param permission a Shiro wildcard permission
     */
    boolean permits(String permission);

    /** Whether a permission or wildcard may be handed on to another credential, which is held to the same rules. */
    boolean covers(String permission);

    /** What narrows the roles; empty when nothing does. */
    Set<String> scopes();

    default boolean narrowed() {
        return !scopes().isEmpty();
    }

    record Fixed(boolean permitted) implements Grant {
        @Override
        public boolean permits(String permission) {
            return permitted;
        }

        @Override
        public boolean covers(String permission) {
            return permitted;
        }

        @Override
        public Set<String> scopes() {
            return Set.of();
        }
    }
}
