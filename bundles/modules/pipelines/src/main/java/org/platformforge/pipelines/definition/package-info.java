/** What a repository's {@code .platformforge/pipeline.yaml} says. */
package org.platformforge.pipelines.definition;
