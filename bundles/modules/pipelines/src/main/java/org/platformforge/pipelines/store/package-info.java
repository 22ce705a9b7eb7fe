/** Tables of pipelines, runs and stages. */
package org.platformforge.pipelines.store;
