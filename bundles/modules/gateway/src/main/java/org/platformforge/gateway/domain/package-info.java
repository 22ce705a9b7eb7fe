/** Routes, what was measured on them, and the driver that makes them. */
package org.platformforge.gateway.domain;
