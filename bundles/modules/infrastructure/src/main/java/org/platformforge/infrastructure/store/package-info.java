/** The tables of this module. */
package org.platformforge.infrastructure.store;
