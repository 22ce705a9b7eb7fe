package org.platformforge.provisioning.domain.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.AbsoluteIri;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.resource.InputStreamSource;
import java.io.FileNotFoundException;
import java.io.InputStream;
import java.util.regex.Pattern;

/**
 * How this module uses the validator: JSON Schema 2020-12, nothing is ever fetched, and {@code $} in a pattern means
 * the end of the text as in ECMA 262 (Java's would let a trailing line feed through, into a host name for one).
 */
final class Schemas {
    /** Where the validator looks for the schemas of its own library. */
    private static final String DRAFT = "classpath:draft/2020-12/";

    /** Made when first needed, all at once; the validator's classes are the platform's and outlive this module. */
    private record Validator(JsonSchemaFactory factory, SchemaValidatorsConfig config) {
        static Validator create() {
            // Keywords the draft does not know, such as x-message, mean nothing to the validator.
            JsonMetaSchema draft = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                    .unknownKeywordFactory((keyword, context) -> new NonValidationKeyword(keyword))
                    .build();
            return new Validator(
                    JsonSchemaFactory.getInstance(
                            VersionFlag.V202012,
                            builder ->
                                    builder.metaSchema(draft).schemaLoaders(loaders -> loaders.add(Schemas::bundled))),
                    SchemaValidatorsConfig.builder()
                            .formatAssertionsEnabled(true)
                            .regularExpressionFactory(Schemas::expression)
                            .build());
        }
    }

    private volatile Validator validator;

    private Validator validator() {
        Validator ready = validator;
        if (ready == null) {
            ready = Validator.create();
            validator = ready;
        }
        return ready;
    }

    JsonSchema compile(JsonNode schema) {
        Validator ready = validator();
        JsonSchema compiled = ready.factory().getSchema(schema, ready.config());
        compiled.initializeValidators();
        return compiled;
    }

    /** The schema that schemas follow. */
    JsonSchema metaSchema() {
        Validator ready = validator();
        return ready.factory().getSchema(SchemaLocation.of(SchemaId.V202012), ready.config());
    }

    private static InputStreamSource bundled(AbsoluteIri address) {
        return () -> {
            String text = address.toString();
            InputStream stream = text.startsWith(DRAFT)
                    ? JsonSchema.class.getResourceAsStream("/draft/2020-12/" + text.substring(DRAFT.length()))
                    : null;
            if (stream == null) {
                throw new FileNotFoundException("schemas are not fetched");
            }
            return stream;
        };
    }

    private static RegularExpression expression(String pattern) {
        Pattern compiled = Pattern.compile(withEcmaEnd(pattern));
        return text -> compiled.matcher(text).find();
    }

    /** Every unescaped <code>$</code> outside a character class becomes the absolute end of the text. */
    static String withEcmaEnd(String pattern) {
        StringBuilder result = new StringBuilder(pattern.length() + 4);
        boolean inClass = false;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c == '\\' && i + 1 < pattern.length()) {
                result.append(c).append(pattern.charAt(++i));
                continue;
            }
            inClass = c == '[' || inClass && c != ']';
            result.append(c == '$' && !inClass ? "\\z" : String.valueOf(c));
        }
        return result.toString();
    }
}
