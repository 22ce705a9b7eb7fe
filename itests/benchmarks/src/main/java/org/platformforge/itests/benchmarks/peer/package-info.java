/**
 * What the platform's own answers are compared with: the same record, served from the same process by a bare servlet and
 * by a bare JAX-RS resource. Installed by the benchmarks into an instance of theirs, and in no distribution.
 */
package org.platformforge.itests.benchmarks.peer;
