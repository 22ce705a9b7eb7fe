/** Shell commands of the platform itself. */
package org.platformforge.kernel.http.command;
