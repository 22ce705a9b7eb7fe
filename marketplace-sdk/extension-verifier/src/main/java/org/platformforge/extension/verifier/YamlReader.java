package org.platformforge.extension.verifier;

import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML as JSON in other clothes: YAML 1.2's core types only, no anchors, aliases or tags, one document, bounded size and depth.
 */
final class YamlReader {
    static final int MAX_BYTES = 64 << 10;
    private static final int MAX_DEPTH = 20;

    private YamlReader() {}

    /** @throws IllegalArgumentException saying what is wrong and in which line */
    static Map<?, ?> read(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("The file has more than " + MAX_BYTES + " bytes");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            LoaderOptions options = new LoaderOptions();
            options.setAllowDuplicateKeys(false);
            options.setNestingDepthLimit(MAX_DEPTH);
            options.setCodePointLimit(MAX_BYTES);
            options.setMaxAliasesForCollections(0);
            DumperOptions unused = new DumperOptions();
            Yaml yaml =
                    new Yaml(new SafeConstructor(options), new Representer(unused), unused, options, new CoreTypes());
            yaml.parse(new StringReader(text)).forEach(YamlReader::refuseReferences);
            Object value = yaml.load(text);
            if (value instanceof Map<?, ?> map) {
                return map;
            }
            throw new IllegalArgumentException("The file must hold keys and values");
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The file is not UTF-8", e);
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new IllegalArgumentException("Line " + line + ": " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void refuseReferences(Event event) {
        boolean tagged = (event instanceof ScalarEvent scalar && scalar.getTag() != null)
                || (event instanceof CollectionStartEvent start && start.getTag() != null);
        boolean anchored = event instanceof NodeEvent node && node.getAnchor() != null;
        if (event instanceof AliasEvent || anchored || tagged) {
            throw new IllegalArgumentException(
                    "Line " + (event.getStartMark().getLine() + 1) + ": anchors, aliases and tags are not taken");
        }
    }

    /** No dates, no octal numbers, no {@code yes} and {@code on}: what is no JSON value stays a string. */
    private static final class CoreTypes extends Resolver {
        @Override
        protected void addImplicitResolvers() {
            addImplicitResolver(Tag.BOOL, Pattern.compile("true|false"), "tf");
            addImplicitResolver(Tag.NULL, Pattern.compile("null|~|"), "n~\0");
            addImplicitResolver(Tag.NULL, Pattern.compile("^$"), null);
            addImplicitResolver(Tag.INT, Pattern.compile("-?(0|[1-9][0-9]{0,17})"), "-0123456789");
            addImplicitResolver(
                    Tag.FLOAT, Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]{1,2})?"), "-0123456789");
        }
    }
}
