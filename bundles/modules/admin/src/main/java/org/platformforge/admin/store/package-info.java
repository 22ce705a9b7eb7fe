/** The module's tables. */
package org.platformforge.admin.store;
