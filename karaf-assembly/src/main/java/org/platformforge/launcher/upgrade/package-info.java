/**
 * A new version of the whole platform in the place of the installed one, and back: {@code bin/forge upgrade}. Plain Java,
 * without the framework. Why it is done this way: {@code .github/adr/0019-upgrades.md}.
 */
package org.platformforge.launcher.upgrade;
