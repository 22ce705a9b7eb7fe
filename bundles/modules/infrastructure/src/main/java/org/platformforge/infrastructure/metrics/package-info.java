/** Figures of the host. */
package org.platformforge.infrastructure.metrics;
