package org.platformforge.gateway.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An application behind a route.
 *
 * @param address {@code host:port}
 * @param backend id of the application's resource
 * @param weight its share of the requests, against the weights of the others; 0 for none
 */
public record Upstream(String address, String backend, int weight) {
    private static final String FIELD = " ";
    private static final String ROW = "\n";

    /** As one text, for a column. */
    public static String write(List<Upstream> upstreams) {
        return upstreams.stream()
                .map(one -> one.address + FIELD + one.backend + FIELD + one.weight)
                .collect(Collectors.joining(ROW));
    }

    /** What {@link #write} wrote. */
    public static List<Upstream> read(String text) {
        List<Upstream> upstreams = new ArrayList<>();
        for (String row : text.split(ROW)) {
            String[] fields = row.split(FIELD);
            upstreams.add(new Upstream(fields[0], fields[1], Integer.parseInt(fields[2])));
        }
        return List.copyOf(upstreams);
    }
}
