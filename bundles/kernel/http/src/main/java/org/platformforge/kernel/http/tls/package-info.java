/** The HTTPS listener and its certificate. */
package org.platformforge.kernel.http.tls;
