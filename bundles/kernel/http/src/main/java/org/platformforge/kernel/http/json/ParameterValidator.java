package org.platformforge.kernel.http.json;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.Iterator;
import java.util.Set;
import javax.validation.ConstraintViolation;
import javax.validation.Path;
import javax.validation.Validator;
import javax.validation.metadata.MethodDescriptor;
import javax.validation.metadata.ParameterDescriptor;
import org.platformforge.kernel.api.PlatformException;

/**
 * Checks the javax.validation constraints on a resource method's path, query and header parameters. Bodies were checked
 * when they were read. Thread-safe; belongs to its codec's generation.
 */
public final class ParameterValidator {
    private final JsonCodec codec;

    public ParameterValidator(JsonCodec codec) {
        this.codec = codec;
    }

    /** Whether the method has any such constraint; asked once per route, not per request. */
    public boolean applies(Method method) {
        return Annotated.mayBe(method) && hasConstraints(method);
    }

    private boolean hasConstraints(Method method) {
        MethodDescriptor descriptor = validator()
                .getConstraintsForClass(method.getDeclaringClass())
                .getConstraintsForMethod(method.getName(), method.getParameterTypes());
        if (descriptor == null) {
            return false;
        }
        return descriptor.getParameterDescriptors().stream()
                .filter(ParameterDescriptor::hasConstraints)
                .anyMatch(parameter -> isNamed(method, parameter.getIndex()));
    }

    /** @throws PlatformException VALIDATION with all parameters that are wrong */
    public void validate(Object resource, Method method, Object[] arguments) {
        Set<ConstraintViolation<Object>> violations =
                validator().forExecutables().validateParameters(resource, method, arguments);
        if (violations.isEmpty()) {
            return;
        }
        Problems problems = new Problems(codec.limits().maxFieldErrors());
        for (ConstraintViolation<Object> violation : violations) {
            int index = parameterIndex(violation.getPropertyPath());
            if (index >= 0 && isNamed(method, index)) {
                problems.add(
                        ParamConverters.parameterName(method.getParameterAnnotations()[index]), violation.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw problems.toException();
        }
    }

    private Validator validator() {
        return codec.constraints().validator();
    }

    private static int parameterIndex(Path path) {
        Iterator<Path.Node> nodes = path.iterator();
        nodes.next();
        if (!nodes.hasNext()) {
            return -1;
        }
        Path.Node node = nodes.next();
        return node instanceof Path.ParameterNode parameter ? parameter.getParameterIndex() : -1;
    }

    private static boolean isNamed(Method method, int index) {
        for (Annotation annotation : method.getParameterAnnotations()[index]) {
            if (ParamConverters.nameOf(annotation) != null) {
                return true;
            }
        }
        return false;
    }
}
