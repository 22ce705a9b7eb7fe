package org.platformforge.kernel.http.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;

/**
 * Looks at the bytes before they are parsed: JSON here is UTF-8 and nothing else, and holds no text a database cannot
 * store (U+0000, half of a surrogate pair), however it is escaped.
 */
final class BodyText {
    private final JsonFactory factory;
    private final int maxErrors;

    BodyText(JsonFactory factory, int maxErrors) {
        this.factory = factory;
        this.maxErrors = maxErrors;
    }

    /** @throws PlatformException MALFORMED or VALIDATION */
    void check(byte[] body) {
        boolean suspicious = false;
        for (int i = 0; i < body.length; i++) {
            byte current = body[i];
            if (current == 0 || (current & 0xFE) == 0xFE) {
                throw PlatformException.of(ErrorKind.MALFORMED, "The body must be JSON in UTF-8");
            }
            suspicious |= mayHide(current, i + 1 < body.length ? body[i + 1] : 0);
        }
        if (suspicious) {
            checkTokens(body);
        }
    }

    /** An escape, a surrogate in raw bytes, or an exponent: rare, and only then each token is looked at. */
    private static boolean mayHide(byte current, byte next) {
        return switch (current) {
            case '\\' -> next == 'u';
            case 'e', 'E' -> next >= '0' && next <= '9' || next == '+' || next == '-';
            case (byte) 0xED -> (next & 0xE0) == 0xA0;
            default -> false;
        };
    }

    private void checkTokens(byte[] body) {
        List<FieldError> errors = new ArrayList<>();
        try (JsonParser parser = factory.createParser(body)) {
            JsonToken token = parser.nextToken();
            while (token != null && errors.size() < maxErrors) {
                String problem = problem(token, parser);
                if (problem != null) {
                    errors.add(new FieldError(Paths.shown(Paths.of(parser.getParsingContext())), problem));
                }
                token = parser.nextToken();
            }
        } catch (IOException e) {
            // not JSON at all: the reader that follows says so, with line and column
            return;
        }
        if (!errors.isEmpty()) {
            throw PlatformException.invalid("Invalid request", errors);
        }
    }

    private static String problem(JsonToken token, JsonParser parser) throws IOException {
        return switch (token) {
            case VALUE_STRING, FIELD_NAME ->
                unstorable(parser.getText())
                        ? "holds a character that is not allowed (U+0000 or half of a surrogate pair)"
                        : null;
            case VALUE_NUMBER_FLOAT -> tooFar(parser.getText()) ? "is a number out of range" : null;
            default -> null;
        };
    }

    /** Numbers beyond a double would become infinity, or a decimal that fills the memory when it is written out. */
    private static boolean tooFar(String number) {
        int exponent = Math.max(number.indexOf('e'), number.indexOf('E'));
        if (exponent < 0) {
            return false;
        }
        String digits = number.substring(exponent + 1).replaceFirst("^[+-]?0*", "");
        return digits.length() > 3 || Double.isInfinite(Double.parseDouble(number));
    }

    private static boolean unstorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char current = text.charAt(i);
            if (current == 0 || Character.isLowSurrogate(current)) {
                return true;
            }
            if (Character.isHighSurrogate(current)) {
                i++;
                if (i == text.length() || !Character.isLowSurrogate(text.charAt(i))) {
                    return true;
                }
            }
        }
        return false;
    }
}
