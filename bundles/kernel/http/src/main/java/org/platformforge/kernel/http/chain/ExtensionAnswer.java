package org.platformforge.kernel.http.chain;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.platformforge.kernel.api.extension.ExtensionRouting;
import org.platformforge.kernel.http.generation.Route;
import org.platformforge.kernel.http.hygiene.HeaderText;

/**
 * What of an extension's answer leaves the platform: it stands on the origin of the whole API, so it sets nothing there
 * that counts for anybody else, is shown by no browser as a page, and is kept by no cache that others share.
 */
final class ExtensionAnswer {
    private static final String CACHE_CONTROL = "cache-control";
    private static final String DISPOSITION = "content-disposition";
    private static final String LOCATION = "location";
    private static final String ATTACHMENT = "attachment";
    private static final String OWN = "x-extension-";
    private static final Set<String> HEADERS = Set.of(
            "allow", "content-language", "deprecation", "etag", "last-modified", "link", "retry-after", "sunset");

    /** What a private cache may be told; anything else would concern shared ones. */
    private static final List<String> CACHING =
            List.of("max-age=", "no-cache", "no-store", "no-transform", "immutable");

    /** What a browser shows as data and nothing else. */
    private static final Set<String> INLINE = Set.of(
            "application/json",
            "application/problem+json",
            "application/x-ndjson",
            "text/plain",
            "text/csv",
            "image/png",
            "image/jpeg",
            "image/gif",
            "image/webp");

    private ExtensionAnswer() {}

    static Answer of(Route route, Answer given) {
        if (given.status() < 200 || given.status() > 599) {
            throw new IllegalStateException("An answer has no status " + given.status());
        }
        String type = given.contentType() == null ? null : HeaderText.safe(given.contentType());
        Answer answer = type == null ? new Answer(given.status()) : Answer.of(given.status(), type, given.body());
        given.headers().forEach((name, values) -> add(answer, route, name, values));
        if (type != null && !isInline(type) && !answer.headers().containsKey("Content-Disposition")) {
            answer.header("Content-Disposition", ATTACHMENT);
        }
        return answer;
    }

    private static void add(Answer answer, Route route, String name, List<String> values) {
        String lower = name.toLowerCase(Locale.ROOT);
        String value = HeaderText.safe(values.get(0));
        if (HEADERS.contains(lower) || lower.startsWith(OWN) && isToken(lower)) {
            values.forEach(each -> answer.header(name, HeaderText.safe(each)));
        } else if (lower.equals(CACHE_CONTROL)) {
            answer.header("Cache-Control", caching(value));
        } else if (lower.equals(LOCATION)) {
            String location = location(route, value);
            if (location != null) {
                answer.header("Location", location);
            }
        } else if (lower.equals(DISPOSITION)
                && value.toLowerCase(Locale.ROOT).trim().startsWith(ATTACHMENT)) {
            answer.header("Content-Disposition", value);
        }
    }

    private static String caching(String value) {
        String kept = Arrays.stream(value.toLowerCase(Locale.ROOT).split(","))
                .map(String::trim)
                .filter(directive -> CACHING.stream().anyMatch(directive::startsWith))
                .collect(Collectors.joining(", "));
        return kept.isEmpty() ? "private" : "private, " + kept;
    }

    /** On this origin only; a relative one belongs to the extension's own paths. @return null for any other */
    private static String location(Route route, String value) {
        try {
            URI uri = URI.create(value);
            if (uri.isAbsolute() || uri.getRawAuthority() != null || value.startsWith("//")) {
                return null;
            }
            URI base = URI.create(
                    ExtensionRouting.PATH + route.description().scope().extension() + "/");
            return base.resolve(uri).toString();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isInline(String type) {
        String plain = type.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        return INLINE.contains(plain) || plain.endsWith("+json");
    }

    private static boolean isToken(String name) {
        return name.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z');
    }
}
