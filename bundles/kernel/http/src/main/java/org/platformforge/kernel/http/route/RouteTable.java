package org.platformforge.kernel.http.route;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;

/**
 * Every route of the platform, compiled into a trie over path segments. Immutable: a change of any module makes a new
 * table. At each segment a literal wins over an expression, an expression over a plain variable, and that over a
 * variable that takes the rest, so the longest literal decides.
 *
 * @param <R> what a route leads to
 */
public final class RouteTable<R> {
    /** @param target what answers the method on the template */
    public record Entry<R>(String method, PathTemplate template, R target) {}

    /** What a path and method lead to. */
    public sealed interface Match<R> {}

    /** @param values the raw (still encoded) values of the template's variables, in their order */
    public record Found<R>(R target, PathTemplate template, String[] values) implements Match<R> {}

    /** The path is there, the method is not. */
    public record NotAllowed<R>(SortedSet<String> methods) implements Match<R> {}

    public record NotFound<R>() implements Match<R> {}

    private static final int MAX_SEGMENTS = 64;

    private final Node<R> root = new Node<>();
    private final int size;

    /** @throws IllegalArgumentException when two entries claim the same method and path */
    public RouteTable(Collection<Entry<R>> entries) {
        entries.forEach(this::insert);
        size = entries.size();
    }

    public int size() {
        return size;
    }

    /**
     * Finds the target of a request.
     *
     * @param path the raw path of the request, starting with a slash; one trailing slash is ignored
     */
    public Match<R> match(String method, String path) {
        String[] segments = segments(path);
        if (segments == null) {
            return new NotFound<>();
        }
        Search<R> search = new Search<>(method, segments);
        search.descend(root, 0, 0);
        if (search.found != null) {
            return new Found<>(search.found.target, search.found.template, search.foundValues);
        }
        return search.allowed == null ? new NotFound<>() : new NotAllowed<>(search.allowed);
    }

    /** The methods any template offers for the path; empty when there is none. */
    public SortedSet<String> methods(String path) {
        return match("", path) instanceof NotAllowed<R> other ? other.methods() : new TreeSet<>();
    }

    private static String[] segments(String path) {
        int end = path.length();
        if (end <= 1) {
            return new String[0];
        }
        if (path.charAt(end - 1) == '/') {
            end--;
        }
        if (end == 1) {
            return null;
        }
        int count = 1;
        for (int i = 1; i < end; i++) {
            if (path.charAt(i) == '/') {
                count++;
            }
        }
        if (count > MAX_SEGMENTS) {
            return null;
        }
        String[] segments = new String[count];
        int start = 1;
        for (int i = 0; i < count; i++) {
            int slash = i == count - 1 ? end : path.indexOf('/', start);
            segments[i] = path.substring(start, slash);
            start = slash + 1;
        }
        return segments;
    }

    private void insert(Entry<R> entry) {
        Node<R> node = root;
        for (PathTemplate.Segment segment : entry.template().segments()) {
            node = node.child(segment);
        }
        Leaf<R> leaf = new Leaf<>(entry.template(), entry.target());
        if (node.leaves.putIfAbsent(entry.method(), leaf) != null) {
            throw new IllegalArgumentException("Two routes answer " + entry.method() + " "
                    + entry.template().text());
        }
    }

    private record Leaf<R>(PathTemplate template, R target) {}

    private record Branch<R>(PathTemplate.Expression expression, Node<R> node) {}

    private static final class Node<R> {
        private final Map<String, Node<R>> literals = new HashMap<>();
        private final List<Branch<R>> expressions = new ArrayList<>();
        private final Map<String, Leaf<R>> leaves = new LinkedHashMap<>();
        private Node<R> variable;
        private Node<R> tail;
        private boolean emptyTail;

        private Node<R> child(PathTemplate.Segment segment) {
            if (segment instanceof PathTemplate.Literal literal) {
                return literals.computeIfAbsent(literal.text(), text -> new Node<>());
            }
            if (segment instanceof PathTemplate.Expression expression) {
                return expressions.stream()
                        .filter(branch -> branch.expression.equals(expression))
                        .findFirst()
                        .orElseGet(() -> branch(expression))
                        .node;
            }
            if (segment instanceof PathTemplate.Tail rest) {
                emptyTail |= rest.mayBeEmpty();
                tail = tail == null ? new Node<>() : tail;
                return tail;
            }
            variable = variable == null ? new Node<>() : variable;
            return variable;
        }

        private Branch<R> branch(PathTemplate.Expression expression) {
            Branch<R> branch = new Branch<>(expression, new Node<>());
            expressions.add(branch);
            return branch;
        }
    }

    /** One walk through the trie; goes back when a branch has the path but not the method. */
    private static final class Search<R> {
        private final String method;
        private final String[] segments;
        private final String[] values;
        private Leaf<R> found;
        private String[] foundValues;
        private SortedSet<String> allowed;

        private Search(String method, String[] segments) {
            this.method = method;
            this.segments = segments;
            this.values = new String[segments.length * 2 + 1];
        }

        private boolean descend(Node<R> node, int at, int count) {
            if (at == segments.length) {
                return arrive(node, count) || node.tail != null && node.emptyTail && rest(node.tail, "", count);
            }
            String segment = segments[at];
            if (segment.isEmpty()) {
                return node.tail != null && rest(node.tail, remaining(at), count);
            }
            Node<R> literal = node.literals.get(segment);
            if (literal != null && descend(literal, at + 1, count)) {
                return true;
            }
            for (Branch<R> branch : node.expressions) {
                int next = capture(branch.expression, segment, count);
                if (next >= 0 && descend(branch.node, at + 1, next)) {
                    return true;
                }
            }
            if (node.variable != null && count < values.length) {
                values[count] = segment;
                if (descend(node.variable, at + 1, count + 1)) {
                    return true;
                }
            }
            return node.tail != null && rest(node.tail, remaining(at), count);
        }

        private int capture(PathTemplate.Expression expression, String segment, int count) {
            Matcher matcher = expression.pattern().matcher(segment);
            if (!matcher.matches() || count + matcher.groupCount() > values.length) {
                return -1;
            }
            for (int i = 0; i < matcher.groupCount(); i++) {
                values[count + i] = matcher.group(i + 1);
            }
            return count + matcher.groupCount();
        }

        private boolean rest(Node<R> node, String remaining, int count) {
            values[count] = remaining;
            return arrive(node, count + 1);
        }

        private String remaining(int at) {
            return String.join("/", List.of(segments).subList(at, segments.length));
        }

        private boolean arrive(Node<R> node, int count) {
            if (node.leaves.isEmpty()) {
                return false;
            }
            Leaf<R> leaf = node.leaves.get(method);
            if (leaf == null) {
                allowed = allowed == null ? new TreeSet<>() : allowed;
                allowed.addAll(node.leaves.keySet());
                return false;
            }
            found = leaf;
            foundValues = java.util.Arrays.copyOf(values, count);
            return true;
        }
    }
}
