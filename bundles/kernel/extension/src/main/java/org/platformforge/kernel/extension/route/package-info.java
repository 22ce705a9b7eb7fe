/** Which release serves which tenant. */
package org.platformforge.kernel.extension.route;
