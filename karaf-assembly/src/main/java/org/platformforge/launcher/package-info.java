/** What runs outside of the framework: preparing an instance folder before the start, and the local shell client. */
package org.platformforge.launcher;
