/** The tables of the gateway, in plain SQL. */
package org.platformforge.gateway.store;
