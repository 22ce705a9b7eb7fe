package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.validation.ConstraintViolation;
import javax.validation.ElementKind;
import javax.validation.Path;
import javax.validation.Validation;
import javax.validation.Validator;
import javax.validation.ValidatorFactory;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;

/**
 * Bean validation of one generation. The factory is made when something with constraints is met, because it is larger than
 * everything else of a small generation together, and closed with the generation; messages are always English and never
 * evaluated as expressions. Thread-safe.
 */
final class Constraints implements AutoCloseable {
    private final ObjectMapper mapper;
    private final ConcurrentHashMap<Class<?>, Boolean> constrained = new ConcurrentHashMap<>();
    private ValidatorFactory factory;
    private volatile Validator validator;
    private boolean closed;

    Constraints(ObjectMapper mapper) {
        this.mapper = mapper;
    }

    Validator validator() {
        Validator ready = validator;
        return ready == null ? made() : ready;
    }

    private synchronized Validator made() {
        if (closed) {
            throw new IllegalStateException("The generation is closed");
        }
        if (validator == null) {
            factory = newFactory();
            validator = factory.getValidator();
        }
        return validator;
    }

    private static ValidatorFactory newFactory() {
        ClassLoader own = HibernateValidator.class.getClassLoader();
        return Validation.byProvider(HibernateValidator.class)
                .providerResolver(() -> List.of(new HibernateValidator()))
                .configure()
                .externalClassLoader(own)
                .ignoreXmlConfiguration()
                .messageInterpolator(new ParameterMessageInterpolator(
                        Set.of(Locale.ROOT), Locale.ROOT, context -> Locale.ROOT, false))
                .buildValidatorFactory();
    }

    void check(Object value, JavaType type, Problems problems) {
        if (value instanceof Iterable<?> items) {
            int index = 0;
            for (Object item : items) {
                checkOne(item, content(type, item), Paths.item("", index++), problems);
            }
        } else {
            checkOne(value, type, "", problems);
        }
    }

    private JavaType content(JavaType type, Object item) {
        return type.getContentType() != null || item == null
                ? type.getContentType()
                : mapper.constructType(item.getClass());
    }

    private void checkOne(Object value, JavaType type, String prefix, Problems problems) {
        boolean worthIt = value != null
                && constrained.computeIfAbsent(
                        value.getClass(),
                        c -> Annotated.mayBe(c)
                                && validator().getConstraintsForClass(c).isBeanConstrained());
        if (!worthIt) {
            return;
        }
        for (ConstraintViolation<Object> violation : validator().validate(value)) {
            String path = wirePath(violation.getPropertyPath(), type, prefix);
            if (!problems.touches(path)) {
                problems.add(path, violation.getMessage());
            }
        }
    }

    /** The path in names of the wire, by walking the Java names and the types along each other. */
    String wirePath(Path javaPath, JavaType root, String prefix) {
        String path = prefix;
        JavaType type = root;
        for (Path.Node node : javaPath) {
            if (node.isInIterable()) {
                path = element(path, node);
                type = type == null ? null : type.getContentType();
            }
            if (node.getKind() == ElementKind.PROPERTY) {
                BeanPropertyDefinition property = property(type, node.getName());
                path = Paths.field(path, property == null ? node.getName() : property.getName());
                type = property == null ? null : property.getPrimaryType();
            }
        }
        return path;
    }

    private static String element(String path, Path.Node node) {
        if (node.getIndex() != null) {
            return Paths.item(path, node.getIndex());
        }
        return node.getKey() == null ? path : Paths.field(path, node.getKey().toString());
    }

    private BeanPropertyDefinition property(JavaType type, String javaName) {
        if (type == null) {
            return null;
        }
        return mapper.getSerializationConfig().introspect(type).findProperties().stream()
                .filter(property -> property.getInternalName().equals(javaName))
                .findFirst()
                .orElse(null);
    }

    @Override
    public synchronized void close() {
        closed = true;
        constrained.clear();
        if (factory != null) {
            factory.close();
        }
    }
}
