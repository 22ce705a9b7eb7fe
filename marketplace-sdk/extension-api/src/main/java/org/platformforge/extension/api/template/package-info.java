/** Templates that bundles contribute to provisioning. */
@Version("1.0.0")
package org.platformforge.extension.api.template;

import org.osgi.annotation.versioning.Version;
