/** Extension point: steps of pipelines. */
@Version("1.0.0")
package org.platformforge.extension.api.pipeline;

import org.osgi.annotation.versioning.Version;
