/**
 * Measures the distribution as its users get it, beside what it could be at best: one table, printed at the end. How, and
 * how to read it, stands in {@code itests/README.md}.
 */
package org.platformforge.itests.benchmarks;
