/** The rules of pipelines, their runs and stages: documents 000 and 001. */
package org.platformforge.pipelines.domain;
