/**
 * The starter applications: what a person gets who provisions a template before having code of their own. A program of
 * its own, started by the process driver with {@code java -jar}; it needs nothing but the JVM.
 */
package org.platformforge.driver.process.starter;
