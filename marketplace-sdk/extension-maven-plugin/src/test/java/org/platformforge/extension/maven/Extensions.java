package org.platformforge.extension.maven;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Makes extensions and libraries in memory. */
final class Extensions {
    static final String YAML = """
            id: acme.notes
            name: Notes
            version: 1.2.3
            description: Notes for teams.
            category: productivity
            license: Apache-2.0
            requires: {api: "[1.0,2)"}
            """;

    private Extensions() {}

    /** An extension that does nothing; its manifest says this version, {@code extension.yaml} 1.2.3. */
    static byte[] jar(String version) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("META-INF/MANIFEST.MF", manifest("acme.notes", version, ""));
        entries.put("META-INF/extension.yaml", YAML.getBytes(StandardCharsets.UTF_8));
        return Archives.zip(entries);
    }

    static byte[] manifest(String name, String version, String more) {
        return ("Manifest-Version: 1.0\nBundle-ManifestVersion: 2\nBundle-SymbolicName: " + name + "\nBundle-Version: "
                        + version + "\n" + more + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @param namesAndSources class, source, class, source @return path → class file */
    static Map<String, byte[]> compiled(String... namesAndSources) {
        List<JavaFileObject> sources = new ArrayList<>();
        for (int i = 0; i < namesAndSources.length; i += 2) {
            sources.add(new Source(namesAndSources[i], namesAndSources[i + 1]));
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        Output output = new Output(compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8));
        if (!compiler.getTask(null, output, null, List.of("--release", "17"), null, sources)
                .call()) {
            throw new AssertionError("does not compile");
        }
        Map<String, byte[]> classes = new LinkedHashMap<>();
        output.classes.forEach((name, bytes) -> classes.put(name.replace('.', '/') + ".class", bytes.toByteArray()));
        return classes;
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("mem:///" + name.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> classes = new LinkedHashMap<>();

        Output(JavaFileManager manager) {
            super(manager);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String name, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("mem:///" + name), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    classes.put(name, bytes);
                    return bytes;
                }
            };
        }
    }
}
