package org.platformforge.kernel.shell;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A command that runs, too, while the licence of its bundle's feature set has run out and the set is read only: one that reads,
 * or only keeps data that would be lost otherwise, such as a backup. Every other command of the set is refused then.
 *
 * @since 1.2
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface RunsReadOnly {}
