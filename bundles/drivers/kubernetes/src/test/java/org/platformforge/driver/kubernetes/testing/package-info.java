/** A cluster for tests, of this bundle and of the whole platform. */
package org.platformforge.driver.kubernetes.testing;
