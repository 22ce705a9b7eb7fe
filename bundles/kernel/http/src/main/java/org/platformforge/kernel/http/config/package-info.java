/** The configuration of the HTTP kernel. */
package org.platformforge.kernel.http.config;
