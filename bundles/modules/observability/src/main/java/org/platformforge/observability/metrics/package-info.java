/** Collects figures of all parts and writes them as Prometheus reads them. */
package org.platformforge.observability.metrics;
