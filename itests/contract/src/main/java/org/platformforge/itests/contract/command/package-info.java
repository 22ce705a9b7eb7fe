/** Commands of the console, one that reads and one that is taken for a change. */
package org.platformforge.itests.contract.command;
