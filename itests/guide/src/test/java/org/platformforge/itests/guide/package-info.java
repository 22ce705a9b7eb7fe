/** The SDK as its users get it: the guide's own commands in a shell, with the distribution's archive and a home of their own. */
package org.platformforge.itests.guide;
