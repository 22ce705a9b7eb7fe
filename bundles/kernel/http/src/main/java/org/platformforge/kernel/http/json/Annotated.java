package org.platformforge.kernel.http.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;

/**
 * Tells what has no constraints by a quick look, so that the validator need not be made to say so. Whatever it does not
 * know for certain may have some. Stateless.
 */
final class Annotated {
    /** Annotations that are no constraints. */
    private static final List<String> HARMLESS = List.of("java.lang.", "javax.ws.rs.", "com.fasterxml.jackson.");

    /** Types whose own classes have no constraints. */
    private static final List<String> FOREIGN = List.of("java.", "com.fasterxml.jackson.");

    private Annotated() {}

    /** Whether there may be constraints on the parameters of a resource method. */
    static boolean mayBe(Method method) {
        Class<?> type = method.getDeclaringClass();
        boolean inherits = type.getSuperclass() != Object.class || type.getInterfaces().length > 0;
        return inherits
                || Arrays.stream(method.getParameterAnnotations()).anyMatch(Annotated::anyUnknown)
                || Arrays.stream(method.getAnnotatedParameterTypes()).anyMatch(Annotated::mayBe);
    }

    /** Whether values of the class may have constraints, or hold something that has. */
    static boolean mayBe(Class<?> type) {
        if (FOREIGN.stream().anyMatch(type.getName()::startsWith)) {
            return false;
        }
        return !type.isRecord()
                || type.getInterfaces().length > 0
                || anyUnknown(type.getAnnotations())
                || Arrays.stream(type.getRecordComponents()).anyMatch(component -> mayBe(type, component))
                || Arrays.stream(type.getDeclaredMethods()).anyMatch(Annotated::anyUnknown);
    }

    private static boolean mayBe(Class<?> type, RecordComponent component) {
        try {
            return anyUnknown(component)
                    || anyUnknown(type.getDeclaredField(component.getName()))
                    || mayBe(component.getAnnotatedType());
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException("every record component has a field", e);
        }
    }

    private static boolean mayBe(AnnotatedType type) {
        if (anyUnknown(type)) {
            return true;
        }
        if (type instanceof AnnotatedParameterizedType generic) {
            return Arrays.stream(generic.getAnnotatedActualTypeArguments()).anyMatch(Annotated::mayBe);
        }
        if (type instanceof AnnotatedArrayType array) {
            return mayBe(array.getAnnotatedGenericComponentType());
        }
        return type instanceof AnnotatedWildcardType wildcard
                && Arrays.stream(wildcard.getAnnotatedUpperBounds()).anyMatch(Annotated::mayBe);
    }

    private static boolean anyUnknown(AnnotatedElement element) {
        return anyUnknown(element.getAnnotations());
    }

    private static boolean anyUnknown(Annotation[] annotations) {
        return Arrays.stream(annotations)
                .map(annotation -> annotation.annotationType().getName())
                .anyMatch(name -> HARMLESS.stream().noneMatch(name::startsWith));
    }
}
