package org.platformforge.driver.process.starter;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The page, with what is known at the start filled in; the rest arrives as events. */
final class Page {
    private final String html;

    Page(Settings settings) {
        this.html = template()
                .replace("{{service}}", escaped(settings.service()))
                .replace("{{environment}}", escaped(settings.environment()))
                .replace("{{engine}}", escaped(settings.engine()))
                .replace("{{resource}}", escaped(settings.resourceId()));
    }

    String html() {
        return html;
    }

    private static String template() {
        try (InputStream page = Page.class.getResourceAsStream("page.html")) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("The program's own page cannot be read", e);
        }
    }

    /** A service's name is somebody's input. Braces too, so that a name cannot ask for another placeholder. */
    static String escaped(String value) {
        StringBuilder out = new StringBuilder(value.length());
        for (char c : value.toCharArray()) {
            switch (c) {
                case '&', '<', '>', '"', '\'', '{', '}' ->
                    out.append("&#").append((int) c).append(';');
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
