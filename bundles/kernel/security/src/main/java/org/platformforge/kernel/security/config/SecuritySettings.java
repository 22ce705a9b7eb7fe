package org.platformforge.kernel.security.config;

import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The settings in force. Changes apply while the platform runs; wrong ones are refused whole and logged. */
@Component(
        service = SecuritySettings.class,
        configurationPid = {SecurityConfig.PID, SecurityConfig.SETTINGS_PID})
public final class SecuritySettings {
    private static final Logger LOG = LoggerFactory.getLogger(SecuritySettings.class);

    private volatile Settings current;

    @Activate
    public SecuritySettings(SecurityConfig config, Map<String, Object> properties) {
        this(Settings.of(config, properties));
    }

    public SecuritySettings(Settings settings) {
        current = settings;
    }

    @Modified
    void modified(SecurityConfig config, Map<String, Object> properties) {
        try {
            current = Settings.of(config, properties);
        } catch (IllegalArgumentException e) {
            LOG.error("The changed configuration is refused, the former stays in force: {}", e.getMessage());
        }
    }

    /** An immutable object; another one after each change. */
    public Settings current() {
        return current;
    }
}
