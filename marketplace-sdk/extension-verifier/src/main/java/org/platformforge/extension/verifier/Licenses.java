package org.platformforge.extension.verifier;

import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;

/** SPDX licence expressions, as far as an id or some of them joined by AND, OR and WITH. */
final class Licenses {
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9.-]{1,63}\\+?";
    private static final Pattern EXPRESSION = Pattern.compile(ID + "( (AND|OR|WITH) " + ID + "){0,5}");
    private static final Set<String> KNOWN = Set.copyOf(Resources.lines("licenses.txt"));

    private Licenses() {}

    static boolean isExpression(String text) {
        return EXPRESSION.matcher(text).matches();
    }

    static boolean isKnown(String expression) {
        return Arrays.stream(expression.split(" WITH [^ ]+| AND | OR "))
                .allMatch(id -> id.startsWith("LicenseRef-") || KNOWN.contains(id.replace("+", "")));
    }
}
