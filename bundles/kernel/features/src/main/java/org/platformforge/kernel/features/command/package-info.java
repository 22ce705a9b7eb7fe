/** {@code feature-set:list|plan|install|uninstall|upgrade|add}. */
package org.platformforge.kernel.features.command;
