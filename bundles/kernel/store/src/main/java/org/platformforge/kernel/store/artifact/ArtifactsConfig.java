package org.platformforge.kernel.store.artifact;

import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;

/** Configuration of artifacts; {@code config/org.platformforge.kernel.store.artifacts.cfg} explains each key. */
@ObjectClassDefinition(id = ArtifactsConfig.PID, name = "Platform Forge: artifacts")
@interface ArtifactsConfig {
    String PID = "org.platformforge.kernel.store.artifacts";

    @AttributeDefinition(
            name = "Days that artifacts nobody needs are kept after they were last used; 0 for ever",
            min = "0")
    int unused_days() default 30;

    @AttributeDefinition(name = "Modules that were removed for good, and whose artifacts may go")
    String[] removed_modules() default {};
}
