/** Runs applications as supervised operating-system processes that outlive the platform. */
package org.platformforge.driver.process;
