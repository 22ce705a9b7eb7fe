/** What operators see over HTTP. */
package org.platformforge.observability.rest;
