package org.platformforge.provisioning.domain.template;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What stands between <code>${</code> and <code>}</code> in a template.
 *
 * @param root what it points into
 * @param path what follows the root, never empty
 */
record Reference(Root root, List<String> path) {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]{0,63}");
    private static final int LONGEST_PATH = 8;

    enum Root {
        /** A parameter, or a value inside one. */
        PARAMETERS,
        /** {@code resources.<name>.id} or {@code resources.<name>.outputs.<output>}. */
        RESOURCES,
        /** {@code provision.id}. */
        PROVISION,
        /** {@code tenant.id}. */
        TENANT
    }

    /** @throws IllegalArgumentException saying what is wrong with the text */
    static Reference parse(String text) {
        List<String> segments = List.of(text.split("\\.", -1));
        if (segments.size() > LONGEST_PATH
                || !segments.stream().allMatch(s -> SEGMENT.matcher(s).matches())) {
            throw new IllegalArgumentException("${" + abbreviated(text) + "} is not a reference");
        }
        Root root = root(segments.get(0), text);
        List<String> path = segments.subList(1, segments.size());
        if (!wellFormed(root, path)) {
            throw new IllegalArgumentException("${" + text + "} is incomplete: use ${parameters.<name>},"
                    + " ${resources.<name>.id}, ${resources.<name>.outputs.<output>}, ${provision.id} or ${tenant.id}");
        }
        return new Reference(root, path);
    }

    private static Root root(String segment, String text) {
        return switch (segment) {
            case "parameters" -> Root.PARAMETERS;
            case "resources" -> Root.RESOURCES;
            case "provision" -> Root.PROVISION;
            case "tenant" -> Root.TENANT;
            default ->
                throw new IllegalArgumentException("${" + abbreviated(text)
                        + "} points nowhere: a reference begins with parameters, resources, provision or tenant");
        };
    }

    private static boolean wellFormed(Root root, List<String> path) {
        return switch (root) {
            case PARAMETERS -> !path.isEmpty();
            case RESOURCES ->
                path.size() == 2 && path.get(1).equals("id")
                        || path.size() == 3 && path.get(1).equals("outputs");
            case PROVISION, TENANT -> path.equals(List.of("id"));
        };
    }

    private static String abbreviated(String text) {
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    /** The parameter or the resource it points at. */
    String name() {
        return path.get(0);
    }

    boolean toOutput() {
        return root == Root.RESOURCES && path.size() == 3;
    }
}
