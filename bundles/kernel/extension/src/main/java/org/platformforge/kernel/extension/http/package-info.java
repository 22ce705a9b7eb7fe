/** HTTP from extensions to the hosts they declare. */
package org.platformforge.kernel.extension.http;
