/** The configuration looked at from outside: before a start, and for the reference. Plain Java, without the framework. */
package org.platformforge.launcher.config;
