package org.platformforge.extension.api.template;

import java.net.URL;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Contributes provisioning templates. Registered as an OSGi service; its templates are there as long as the service is.
 * The format of a template file is described in the provisioning module's README.
 */
@ConsumerType
public interface TemplateProvider {
    /** Template files (YAML), usually entries of the contributing bundle. A broken one is reported and left out. */
    List<URL> templates();
}
