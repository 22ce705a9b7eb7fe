package org.platformforge.marketplace.domain;

import java.util.Locale;

/** What a durable operation does to an installation. */
public enum Action {
    INSTALL("extension.installed", true),
    UPGRADE("extension.upgraded", true),
    ROLLBACK("extension.rolled_back", true),
    ENABLE("extension.enabled", true),
    DISABLE("extension.disabled", false),
    UNINSTALL("extension.uninstalled", false),
    CANARY("extension.canary_started", true),
    PROMOTE("extension.canary_promoted", true),
    WITHDRAW("extension.canary_withdrawn", false);

    private final String event;
    private final boolean starts;

    Action(String event, boolean starts) {
        this.event = event;
        this.starts = starts;
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of its operations. */
    public String kind() {
        return "extension-" + wire();
    }

    /** The event that tells it is done. */
    public String event() {
        return event;
    }

    /** Whether a release has to be started for it. */
    public boolean starts() {
        return starts;
    }
}
