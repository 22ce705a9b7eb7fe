/** The program that runs one release of an extension in a process of its own and speaks with the platform about it. */
package org.platformforge.kernel.extension.host;
