/** Durable operations on db-scheduler: what modules, clients and operators see of them. */
package org.platformforge.kernel.jobs;
