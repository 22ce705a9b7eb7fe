package org.platformforge.extension.verifier;

import com.networknt.schema.regex.RegularExpression;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern a stranger wrote: when the steps all patterns of a validation have together are used up, nothing matches any more.
 * One validation, one thread.
 */
final class BoundedPattern implements RegularExpression {
    private static final int MAX_STEPS = 2_000_000;
    private static final int LONGEST = 1000;

    private final Pattern pattern;
    private final int[] steps;

    /** @param steps one number, shared, of those made so far */
    BoundedPattern(String text, int[] steps) {
        this.pattern = compile(text);
        this.steps = steps;
    }

    /** The JDK's compiler calls itself for every parenthesis. */
    private static Pattern compile(String text) {
        if (text.length() > LONGEST) {
            throw new PatternSyntaxException("It has more than " + LONGEST + " characters", text, -1);
        }
        try {
            return Pattern.compile(text);
        } catch (StackOverflowError e) {
            throw new PatternSyntaxException("It is nested too deeply", text, -1);
        }
    }

    @Override
    public boolean matches(String value) {
        try {
            return pattern.matcher(new Counted(value, steps)).find();
        } catch (TooManyStepsException | StackOverflowError e) {
            return false;
        }
    }

    private static final class TooManyStepsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyStepsException() {
            super(null, null, false, false);
        }
    }

    /** Every step of the JDK's matcher looks at a character. */
    private record Counted(CharSequence text, int[] steps) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (++steps[0] > MAX_STEPS) {
                throw new TooManyStepsException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), steps);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
