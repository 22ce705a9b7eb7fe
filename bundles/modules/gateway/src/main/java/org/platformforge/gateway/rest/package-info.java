/** Document 000's metrics route. */
package org.platformforge.gateway.rest;
