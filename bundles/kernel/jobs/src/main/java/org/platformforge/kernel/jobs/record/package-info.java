/** The tables of durable operations: SQL, and nothing that decides. */
package org.platformforge.kernel.jobs.record;
