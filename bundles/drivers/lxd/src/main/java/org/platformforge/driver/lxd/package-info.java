/** The engine {@code lxd}: applications in system containers and virtual machines of LXD or Incus. */
package org.platformforge.driver.lxd;
