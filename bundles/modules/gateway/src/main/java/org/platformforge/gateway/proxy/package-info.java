/** Hands requests to applications through Jetty's proxy, and answers itself when none can. */
package org.platformforge.gateway.proxy;
