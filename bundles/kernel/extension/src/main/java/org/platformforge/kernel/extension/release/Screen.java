package org.platformforge.kernel.extension.release;

import java.util.List;
import org.platformforge.kernel.api.extension.ExtensionRelease;

/** Looks at a release before any of its code runs. */
interface Screen {
    /** Everything that keeps the release from being started; empty when nothing does. */
    List<String> problems(ExtensionRelease release, Artifact artifact);
}
