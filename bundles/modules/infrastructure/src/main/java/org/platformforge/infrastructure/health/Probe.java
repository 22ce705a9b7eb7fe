package org.platformforge.infrastructure.health;

/** Asks one component how it is. Thread-safe. */
@FunctionalInterface
interface Probe {
    /** @throws Exception why it cannot be asked; the component is unhealthy then */
    ComponentHealth ask() throws Exception;
}
