/** People who are locked out. */
package org.platformforge.kernel.security.account;
