/** Backups of the platform's database, and the proof that they can be restored. */
package org.platformforge.infrastructure.backup;
