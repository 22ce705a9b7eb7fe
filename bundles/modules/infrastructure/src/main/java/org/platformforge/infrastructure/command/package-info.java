/** Commands of the Karaf shell. */
package org.platformforge.infrastructure.command;
