package org.platformforge.kernel.extension.call;

import org.platformforge.extension.api.Settings;
import org.platformforge.kernel.api.Caller;

/** For whom an extension is called. */
public record Scope(String tenantId, Caller caller, Settings settings) {}
