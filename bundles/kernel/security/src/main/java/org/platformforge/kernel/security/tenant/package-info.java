/** The tenants. */
package org.platformforge.kernel.security.tenant;
