/** What starts runs by itself: signed pushes and schedules. */
package org.platformforge.pipelines.trigger;
