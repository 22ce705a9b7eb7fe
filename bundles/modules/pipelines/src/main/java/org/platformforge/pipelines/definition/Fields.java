package org.platformforge.pipelines.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.platformforge.kernel.api.delivery.Quantity;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping of a YAML file, read field by field; whatever is wrong is noted and nothing is thrown. Texts are taken as they
 * are written: {@code no} and {@code 1.10} are texts where a text is asked for. For one thread.
 */
final class Fields {
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");
    private static final int MOST = 200;
    private static final int LONGEST_VALUE = 16_000;
    private static final int DEEPEST = 8;

    private final String path;
    private final Problems problems;
    private final Node self;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Set<String> asked = new TreeSet<>();

    Fields(Node node, String path, Problems problems) {
        this.path = path;
        this.problems = problems;
        this.self = node;
        if (!(node instanceof MappingNode mapping)) {
            problems.add(node, path, "must be a mapping");
            return;
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                problems.add(entry.getKeyNode(), path, "must have texts as names");
            } else if (values.put(key.getValue(), entry.getValueNode()) != null) {
                problems.add(key, at(key.getValue()), "is there twice");
            }
        }
    }

    String at(String name) {
        if (name.isEmpty()) {
            return path;
        }
        String shown = name.length() > 60 ? name.substring(0, 60) : name;
        return path.isEmpty() ? shown : path + "." + shown;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    void problem(String name, String message) {
        problems.add(values.getOrDefault(name, self), at(name), message);
    }

    private Node node(String name) {
        asked.add(name);
        Node node = values.get(name);
        return node != null && Tag.NULL.equals(node.getTag()) ? null : node;
    }

    /** @return null where it is missing or wrong */
    String text(String name, int most) {
        Node node = node(name);
        if (node == null) {
            return null;
        }
        String text = node instanceof ScalarNode scalar ? scalar.getValue() : null;
        if (text == null || text.isBlank() || text.length() > most || isControlled(text)) {
            problems.add(node, at(name), "must be a text of 1 to " + most + " characters");
            return null;
        }
        return text;
    }

    private static boolean isControlled(String text) {
        return text.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 127);
    }

    /** A text, or a list of them. */
    List<String> texts(String name, int most, int longest) {
        Node node = node(name);
        List<String> texts = new ArrayList<>();
        if (node == null) {
            return texts;
        }
        List<Node> nodes = node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
        if (nodes.size() > most) {
            problems.add(node, at(name), "must have at most " + most + " entries");
            return texts;
        }
        for (int i = 0; i < nodes.size(); i++) {
            String text = nodes.get(i) instanceof ScalarNode scalar ? scalar.getValue() : null;
            if (text == null || text.isBlank() || text.length() > longest || isControlled(text)) {
                problems.add(
                        nodes.get(i), at(name) + "[" + i + "]", "must be a text of 1 to " + longest + " characters");
            } else {
                texts.add(text);
            }
        }
        return texts;
    }

    Integer number(String name, int least, int most) {
        Node node = node(name);
        if (node == null) {
            return null;
        }
        if (node instanceof ScalarNode scalar && scalar.getValue().matches("[0-9]{1,9}")) {
            int value = Integer.parseInt(scalar.getValue());
            if (value >= least && value <= most) {
                return value;
            }
        }
        problems.add(node, at(name), "must be a number from " + least + " to " + most);
        return null;
    }

    /** False where it is a list, say, and has to be read otherwise. */
    boolean isBool(String name) {
        return values.get(name) instanceof ScalarNode scalar
                && scalar.getValue().matches("true|false");
    }

    boolean isTrue(String name) {
        asked.add(name);
        return isBool(name) && ((ScalarNode) values.get(name)).getValue().equals("true");
    }

    String quantity(String name, String what) {
        String text = text(name, 32);
        if (text != null
                && Quantity.parse(text).filter(q -> q.value().signum() > 0).isEmpty()) {
            problem(name, "must be " + what);
            return null;
        }
        return text;
    }

    Map<String, String> variables(String name) {
        Map<String, String> variables = new LinkedHashMap<>();
        Node node = node(name);
        if (node == null) {
            return variables;
        }
        Fields inner = new Fields(node, at(name), problems);
        if (inner.values.size() > MOST) {
            problems.add(node, at(name), "must have at most " + MOST + " variables");
            return variables;
        }
        inner.values.forEach((variable, value) -> {
            if (!VARIABLE.matcher(variable).matches()) {
                problems.add(value, inner.at(variable), "is no name: letters, digits and underscores");
            } else if (!(value instanceof ScalarNode scalar)
                    || scalar.getValue().length() > LONGEST_VALUE
                    || scalar.getValue().indexOf('\0') >= 0) {
                problems.add(value, inner.at(variable), "must be a text of at most " + LONGEST_VALUE + " characters");
            } else {
                variables.put(variable, Tag.NULL.equals(scalar.getTag()) ? "" : scalar.getValue());
            }
        });
        return variables;
    }

    Fields fields(String name) {
        Node node = node(name);
        return node == null ? null : new Fields(node, at(name), problems);
    }

    /** By name, in their order. */
    Map<String, Fields> each(String name) {
        Map<String, Fields> each = new LinkedHashMap<>();
        Fields inner = fields(name);
        if (inner != null) {
            inner.values.forEach((key, value) -> each.put(key, new Fields(value, inner.at(key), problems)));
        }
        return each;
    }

    List<Fields> list(String name, int most) {
        List<Fields> list = new ArrayList<>();
        Node node = node(name);
        if (!(node instanceof SequenceNode sequence)
                || sequence.getValue().isEmpty()
                || sequence.getValue().size() > most) {
            problems.add(node == null ? self : node, at(name), "must be a list of 1 to " + most + " entries");
            return list;
        }
        for (int i = 0; i < sequence.getValue().size(); i++) {
            list.add(new Fields(sequence.getValue().get(i), at(name) + "[" + i + "]", problems));
        }
        return list;
    }

    /** Whatever stands there, as JSON would have it. */
    Map<String, Object> free(String name) {
        Node node = node(name);
        if (node == null) {
            return Map.of();
        }
        if (!(node instanceof MappingNode)) {
            problems.add(node, at(name), "must be a mapping");
            return Map.of();
        }
        Object value = free(node, at(name), 0);
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((key, one) -> map.put(key.toString(), one));
        return map;
    }

    /** Nothing is there twice without being written twice: aliases are refused before. */
    private Object free(Node node, String where, int depth) {
        if (depth > DEEPEST) {
            problems.add(node, where, "is nested too deeply");
            return null;
        }
        if (node instanceof MappingNode mapping) {
            Map<String, Object> map = new LinkedHashMap<>();
            for (NodeTuple entry : mapping.getValue()) {
                String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
                map.put(key, free(entry.getValueNode(), where + "." + key, depth + 1));
            }
            return map;
        }
        if (node instanceof SequenceNode sequence) {
            List<Object> list = new ArrayList<>();
            sequence.getValue().forEach(one -> list.add(free(one, where, depth + 1)));
            return list;
        }
        return plain((ScalarNode) node);
    }

    static Object plain(ScalarNode scalar) {
        String text = scalar.getValue();
        if (Tag.NULL.equals(scalar.getTag())) {
            return null;
        }
        if (Tag.BOOL.equals(scalar.getTag()) && text.matches("true|false")) {
            return Boolean.valueOf(text);
        }
        if (Tag.INT.equals(scalar.getTag()) && text.matches("-?[0-9]{1,18}")) {
            return Long.valueOf(text);
        }
        if (Tag.FLOAT.equals(scalar.getTag()) && text.matches("-?[0-9]{1,15}\\.[0-9]{1,15}")) {
            return Double.valueOf(text);
        }
        return text;
    }

    /** @return null where it is missing or no scalar */
    Object scalar(String name) {
        Node node = node(name);
        if (node != null && !(node instanceof ScalarNode)) {
            problems.add(node, at(name), "must be a text, a number, true or false");
            return null;
        }
        return node == null ? null : plain((ScalarNode) node);
    }

    /** To be called when every field has been asked for. */
    void refuseOthers() {
        values.forEach((name, node) -> {
            if (!asked.contains(name)) {
                problems.add(node, at(name), "is not known here; what is: " + String.join(", ", asked));
            }
        });
    }
}
