package org.platformforge.kernel.api.extension;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.platformforge.kernel.api.extension.ExtensionContributions.TemplateFile;

/**
 * Looks at what a release brings to a module's extension points before the release is accepted. An OSGi service of that
 * module; called on a thread of the platform for each start, so it only looks and does not wait. Thread-safe.
 */
@ConsumerType
public interface ContributionCheck {
    /** Everything that is wrong, in words for the extension's author; empty when nothing is. */
    List<String> problems(String extensionId, List<TemplateFile> templates);
}
