/** Releases in a process of their own: its walls, its life, and what it may ask of the platform. */
package org.platformforge.kernel.extension.process;
