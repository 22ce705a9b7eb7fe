/** Roles as Shiro wildcard permissions. */
package org.platformforge.kernel.security.permission;
