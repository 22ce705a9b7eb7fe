package org.platformforge.catalog.rest;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.platformforge.catalog.domain.ServiceSearch.Facet;
import org.platformforge.catalog.domain.ServiceSearch.Query;
import org.platformforge.catalog.domain.ServiceSearch.Sort;
import org.platformforge.catalog.domain.ServiceState.Status;
import org.platformforge.kernel.api.PlatformException;

/** The parameters of a search, in words. */
final class SearchRequest {
    private static final int LONGEST_TEXT = 200;

    private SearchRequest() {}

    /** Each may be null. @throws PlatformException {@code VALIDATION} naming the parameter that is none */
    static Query query(String environment, String status, String owner, String text, String sort, String facets) {
        if (text != null && text.length() > LONGEST_TEXT) {
            throw PlatformException.invalid("q", "must have at most " + LONGEST_TEXT + " characters");
        }
        boolean descending = sort != null && sort.startsWith("-");
        return new Query(
                environment,
                status == null ? null : one("status", status, Status.values()),
                owner,
                text,
                sort == null ? Sort.ID : one("sort", descending ? sort.substring(1) : sort, Sort.values()),
                descending,
                facets == null
                        ? List.of()
                        : Stream.of(facets.split(",", -1))
                                .map(facet -> one("facets", facet.strip(), Facet.values()))
                                .distinct()
                                .toList());
    }

    private static <T extends Enum<T>> T one(String parameter, String text, T[] values) {
        return Stream.of(values)
                .filter(value -> word(value).equals(text))
                .findFirst()
                .orElseThrow(() -> PlatformException.invalid(
                        parameter,
                        "must be one of "
                                + Stream.of(values).map(SearchRequest::word).collect(Collectors.joining(", "))));
    }

    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
