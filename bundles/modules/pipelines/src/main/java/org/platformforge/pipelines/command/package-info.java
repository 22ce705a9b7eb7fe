/** Shell commands over the same services. */
package org.platformforge.pipelines.command;
