package org.platformforge.kernel.store.jpa;

import org.eclipse.persistence.logging.AbstractSessionLog;
import org.eclipse.persistence.logging.SessionLog;
import org.eclipse.persistence.logging.SessionLogEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** EclipseLink's log in ours. Made by EclipseLink by name; keeps no session, which would keep a module's classes. */
public final class Slf4jSessionLog extends AbstractSessionLog {
    private static final Logger LOG = LoggerFactory.getLogger("org.platformforge.kernel.store.eclipselink");

    @Override
    public void log(SessionLogEntry entry) {
        if (!shouldLog(entry.getLevel(), entry.getNameSpace())) {
            return;
        }
        String message = entry.getMessage() == null ? "" : formatMessage(entry);
        // A failure also reaches the caller as an exception, who knows whether it matters.
        if (entry.getLevel() >= SessionLog.WARNING && entry.getException() == null) {
            LOG.warn(message);
        } else {
            LOG.debug(message, entry.getException());
        }
    }

    @Override
    public boolean shouldLog(int level, String category) {
        return level >= SessionLog.WARNING ? LOG.isWarnEnabled() : LOG.isTraceEnabled();
    }

    @Override
    public void setSession(org.eclipse.persistence.sessions.Session session) {
        // Not kept.
    }
}
