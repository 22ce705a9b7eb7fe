package org.platformforge.kernel.store.audit;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the audit log does beside taking records.
 *
 * @param folder for the file of checkpoints, or null for none
 * @param checkpoints how often chains that have gone on are signed
 * @param retention how long records are kept; zero for ever
 * @param syslog where records are pushed to, or null for nowhere
 */
public record AuditSettings(Path folder, Duration checkpoints, Duration retention, Syslog syslog) {}
