package org.platformforge.pipelines.report;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.xml.XMLConstants;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.parsers.SAXParser;
import javax.xml.parsers.SAXParserFactory;
import org.platformforge.pipelines.report.TestReport.Case;
import org.platformforge.pipelines.report.TestReport.Outcome;
import org.xml.sax.Attributes;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * Reads JUnit's XML as it is commonly written: {@code testsuites}, {@code testsuite}, {@code testcase} with {@code failure},
 * {@code error} or {@code skipped}. A file with a document type is refused, so there are no entities; cases are counted, never
 * what a file says it has. For one stage, by one thread.
 */
public final class JUnitReports {
    private static final int MOST_KEPT = 2000;
    private static final int LONGEST_NAME = 300;
    private static final int LONGEST_MESSAGE = 1000;
    private static final int MOST_UNREAD = 20;
    private static final int DEEPEST = 32;

    private final UnaryOperator<String> masked;
    private final List<Case> bad = new ArrayList<>();
    private final List<Case> others = new ArrayList<>();
    private final List<String> unread = new ArrayList<>();
    private final int[] counts = new int[Outcome.values().length];
    private double seconds;

    /** @param masked takes secrets out of what tests say */
    public JUnitReports(UnaryOperator<String> masked) {
        this.masked = masked;
    }

    public void read(String path, byte[] xml) {
        int[] before = counts.clone();
        try {
            parser().parse(new InputSource(new ByteArrayInputStream(xml)), new Handler());
        } catch (SAXException | IOException e) {
            // what was read of it so far stays counted: it was there
            boolean some = !java.util.Arrays.equals(before, counts);
            unread(path, some ? "cannot be read to its end" : "is no report that can be read");
        }
    }

    public void unread(String path, String reason) {
        if (unread.size() < MOST_UNREAD) {
            unread.add(fit(path, LONGEST_NAME) + " " + reason);
        }
    }

    /** @return null when no file had anything to say */
    public TestReport report() {
        int tests = 0;
        for (int count : counts) {
            tests += count;
        }
        if (tests == 0 && unread.isEmpty()) {
            return null;
        }
        List<Case> kept = new ArrayList<>(bad);
        others.stream().limit(MOST_KEPT - (long) kept.size()).forEach(kept::add);
        return new TestReport(
                tests,
                counts[Outcome.FAILED.ordinal()],
                counts[Outcome.ERROR.ordinal()],
                counts[Outcome.SKIPPED.ordinal()],
                Math.round(seconds * 1000) / 1000.0,
                List.copyOf(kept),
                kept.size() < tests,
                List.copyOf(unread));
    }

    private static SAXParser parser() throws SAXException {
        try {
            SAXParserFactory factory = SAXParserFactory.newDefaultNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            return factory.newSAXParser();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException("The JDK's own parser has these features", e);
        }
    }

    private String fit(String text, int most) {
        String clean = masked.apply(text == null ? "" : text).replace('\0', ' ').strip();
        return clean.length() > most ? clean.substring(0, most) : clean;
    }

    private void add(Case one) {
        counts[one.outcome().ordinal()]++;
        seconds += one.seconds();
        List<Case> list = one.bad() ? bad : others;
        if (list.size() < MOST_KEPT) {
            list.add(one);
        }
    }

    private final class Handler extends DefaultHandler {
        private int depth;
        private String suite;
        private String name;
        private Outcome outcome;
        private String message;
        private double took;
        private StringBuilder text;

        @Override
        public void startElement(String uri, String local, String qualified, Attributes attributes)
                throws SAXException {
            if (++depth > DEEPEST) {
                throw new SAXException("Too deep");
            }
            switch (local) {
                case "testcase" -> {
                    suite = fit(attributes.getValue("classname"), LONGEST_NAME);
                    name = fit(attributes.getValue("name"), LONGEST_NAME);
                    outcome = Outcome.PASSED;
                    message = "";
                    took = time(attributes.getValue("time"));
                }
                case "failure" -> end(Outcome.FAILED, attributes);
                case "error" -> end(Outcome.ERROR, attributes);
                case "skipped" -> end(Outcome.SKIPPED, attributes);
                default -> {
                    // properties, output: not kept
                }
            }
        }

        private void end(Outcome how, Attributes attributes) {
            if (outcome != null) {
                outcome = how;
                message = attributes.getValue("message");
                text = new StringBuilder();
            }
        }

        @Override
        public void characters(char[] chars, int start, int length) {
            if (text != null && text.length() < LONGEST_MESSAGE) {
                text.append(chars, start, Math.min(length, LONGEST_MESSAGE));
            }
        }

        @Override
        public void endElement(String uri, String local, String qualified) {
            depth--;
            if (local.equals("testcase") && outcome != null) {
                add(new Case(suite, name, outcome, took, fit(message, LONGEST_MESSAGE)));
                outcome = null;
            } else if (text != null && local.matches("failure|error|skipped")) {
                message = message == null || message.isBlank() ? text.toString() : message;
                text = null;
            }
        }

        private static double time(String given) {
            try {
                double value = given == null ? 0 : Double.parseDouble(given.replace(",", ""));
                return value >= 0 && value < 1e7 ? value : 0;
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        @Override
        public InputSource resolveEntity(String publicId, String systemId) {
            return new InputSource(new ByteArrayInputStream(new byte[0]));
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }
    }
}
