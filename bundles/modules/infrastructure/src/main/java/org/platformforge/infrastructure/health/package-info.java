/** Probes of what the platform stands on. */
package org.platformforge.infrastructure.health;
