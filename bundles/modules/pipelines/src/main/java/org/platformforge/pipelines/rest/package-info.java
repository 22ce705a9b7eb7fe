/** Documents 000 (Create Pipeline) and 001 (Pipelines API). */
package org.platformforge.pipelines.rest;
