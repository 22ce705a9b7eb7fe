package org.platformforge.kernel.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.AnnotatedElement;
import java.math.BigDecimal;
import javax.validation.constraints.DecimalMax;
import javax.validation.constraints.DecimalMin;
import javax.validation.constraints.Email;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.Negative;
import javax.validation.constraints.NegativeOrZero;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotEmpty;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Positive;
import javax.validation.constraints.PositiveOrZero;
import javax.validation.constraints.Size;

/** Bean validation's constraints as JSON Schema keywords, so that the document promises what the server enforces. */
final class ConstraintKeywords {
    private ConstraintKeywords() {}

    static boolean isRequired(AnnotatedElement element) {
        return element.isAnnotationPresent(NotNull.class)
                || element.isAnnotationPresent(NotBlank.class)
                || element.isAnnotationPresent(NotEmpty.class);
    }

    static void apply(ObjectNode schema, AnnotatedElement element) {
        if (schema.has("$ref")) {
            return;
        }
        lengths(schema, element);
        numbers(schema, element);
        Pattern pattern = element.getAnnotation(Pattern.class);
        if (pattern != null) {
            schema.put("pattern", "^(?:" + pattern.regexp() + ")$");
        }
        if (element.isAnnotationPresent(NotBlank.class) && !schema.has("pattern")) {
            schema.put("pattern", "\\S");
        }
        if (element.isAnnotationPresent(Email.class)) {
            schema.put("format", "email");
        }
    }

    private static void lengths(ObjectNode schema, AnnotatedElement element) {
        String what = switch (schema.path("type").asText()) {
            case "array" -> "Items";
            case "object" -> "Properties";
            default -> "Length";
        };
        Size size = element.getAnnotation(Size.class);
        if (size != null && size.min() > 0) {
            schema.put("min" + what, size.min());
        }
        if (size != null && size.max() < Integer.MAX_VALUE) {
            schema.put("max" + what, size.max());
        }
        boolean notEmpty = element.isAnnotationPresent(NotEmpty.class) || element.isAnnotationPresent(NotBlank.class);
        if (notEmpty && !schema.has("min" + what)) {
            schema.put("min" + what, 1);
        }
    }

    private static void numbers(ObjectNode schema, AnnotatedElement element) {
        if (element.isAnnotationPresent(Min.class)) {
            schema.put("minimum", element.getAnnotation(Min.class).value());
        }
        if (element.isAnnotationPresent(Max.class)) {
            schema.put("maximum", element.getAnnotation(Max.class).value());
        }
        DecimalMin least = element.getAnnotation(DecimalMin.class);
        if (least != null) {
            schema.put(least.inclusive() ? "minimum" : "exclusiveMinimum", new BigDecimal(least.value()));
        }
        DecimalMax most = element.getAnnotation(DecimalMax.class);
        if (most != null) {
            schema.put(most.inclusive() ? "maximum" : "exclusiveMaximum", new BigDecimal(most.value()));
        }
        signs(schema, element);
    }

    private static void signs(ObjectNode schema, AnnotatedElement element) {
        if (element.isAnnotationPresent(Positive.class)) {
            schema.put("exclusiveMinimum", 0);
        }
        if (element.isAnnotationPresent(PositiveOrZero.class)) {
            schema.put("minimum", 0);
        }
        if (element.isAnnotationPresent(Negative.class)) {
            schema.put("exclusiveMaximum", 0);
        }
        if (element.isAnnotationPresent(NegativeOrZero.class)) {
            schema.put("maximum", 0);
        }
    }
}
