/** The platform calling extensions of its own accord: events, jobs, commands. */
package org.platformforge.kernel.extension.point;
