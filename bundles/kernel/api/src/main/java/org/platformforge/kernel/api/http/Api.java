package org.platformforge.kernel.api.http;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a JAX-RS resource class and says which document it belongs to. Registered as an OSGi service with {@code
 * osgi.jaxrs.resource=true}, it becomes part of its bundle's module generation.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Api {
    /** The wire form of every method of the class. */
    Dialect dialect();

    /** The heading the routes stand under in the OpenAPI document. */
    String tag();
}
