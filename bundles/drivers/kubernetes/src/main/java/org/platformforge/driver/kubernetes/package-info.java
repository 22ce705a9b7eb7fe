/** The engine {@code kubernetes}: applications as Deployments of a cluster. Nothing of the client is loaded before it is configured. */
package org.platformforge.driver.kubernetes;
