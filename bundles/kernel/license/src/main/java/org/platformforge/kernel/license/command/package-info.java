/** {@code license:show|request|verify|install}. */
package org.platformforge.kernel.license.command;
