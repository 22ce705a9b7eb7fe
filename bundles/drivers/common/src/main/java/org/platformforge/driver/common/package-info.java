/** What engines that ask a server have in common; each has a copy of it, as a part of itself. */
package org.platformforge.driver.common;
