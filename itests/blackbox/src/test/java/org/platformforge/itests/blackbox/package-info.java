/**
 * Tests of the distribution as its users get it: the archive, unpacked and started by {@code bin/forge}, asked over
 * HTTP and through its shell. Nothing of the platform is on the class path.
 */
package org.platformforge.itests.blackbox;
