/** Reports of tests. */
package org.platformforge.pipelines.report;
