/** The platform's secret key, and what is sealed with it. */
package org.platformforge.kernel.security.secret;
