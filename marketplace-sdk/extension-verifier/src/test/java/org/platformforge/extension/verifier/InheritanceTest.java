package org.platformforge.extension.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.Type;
import org.platformforge.extension.api.ExtensionContext;
import org.platformforge.kernel.api.http.Endpoint;
import org.slf4j.Logger;

class InheritanceTest {
    @Test
    void knowsOfEachTypeOfTheApiFromWhomItHasMembersWithARule() throws IOException {
        Set<String> expected = new TreeSet<>();
        for (Class<?> one : List.of(
                ObjectMapper.class,
                JsonFactory.class,
                JsonTypeInfo.class,
                javax.ws.rs.Path.class,
                ExtensionContext.class,
                Endpoint.class,
                Logger.class)) {
            for (Class<?> type : types(one)) {
                String ruled = Inheritance.ancestors(type).stream()
                        .filter(InheritanceTest::hasRuledMember)
                        .sorted()
                        .collect(Collectors.joining(" "));
                if (!ruled.isEmpty()) {
                    expected.add(type.getName() + " " + ruled);
                }
            }
        }

        assertThat(Resources.lines("api-types.txt")).containsExactlyElementsOf(expected);
    }

    /** A rule that has a typing error, or whose member has another name in a newer library, would be none. */
    @Test
    void hasNoRuleForWhatTheLibrariesDoNotHave() {
        Resources.lines("jdk-access.txt").stream()
                .flatMap(line -> Stream.of(line.split("\\s+")).skip(1))
                .filter(pattern -> pattern.startsWith("com.") || pattern.startsWith("javax.ws."))
                .filter(pattern -> !pattern.endsWith("*"))
                .forEach(pattern -> {
                    String[] parts = pattern.split("#");
                    Class<?> type = load(parts[0]);
                    assertThat(type).as(pattern).isNotNull();
                    if (parts.length > 1) {
                        assertThat(Stream.concat(
                                        Stream.of(type.getDeclaredMethods()).map(Method::getName),
                                        Stream.of(type.getDeclaredFields()).map(Field::getName)))
                                .as(pattern)
                                .contains(parts[1]);
                    }
                });
    }

    private static boolean hasRuledMember(String type) {
        try {
            return Stream.of(Class.forName(type, false, InheritanceTest.class.getClassLoader())
                            .getDeclaredMethods())
                    .filter(method -> !method.getName().equals("finalize"))
                    .anyMatch(
                            method -> !JdkAccess.restrictions(type, method.getName(), Type.getMethodDescriptor(method))
                                    .isEmpty());
        } catch (ClassNotFoundException | LinkageError e) {
            throw new AssertionError(type, e);
        }
    }

    private static List<Class<?>> types(Class<?> one) throws IOException {
        Path jar =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().getPath());
        try (FileSystem files = FileSystems.newFileSystem(jar);
                Stream<Path> all = Files.walk(files.getPath("/"))) {
            return all.map(Path::toString)
                    .filter(path -> path.endsWith(".class") && !path.startsWith("/META-INF/"))
                    .map(path ->
                            path.substring(1, path.length() - ".class".length()).replace('/', '.'))
                    .filter(name ->
                            name.indexOf('.') > 0 && AllowedPackages.contains(name.substring(0, name.lastIndexOf('.'))))
                    .<Class<?>>map(InheritanceTest::load)
                    .filter(type -> type != null)
                    .toList();
        }
    }

    /** @return null for what needs a library that is not there */
    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, InheritanceTest.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            return null;
        }
    }

    @Test
    void looksAtJavasTypesWhereItRuns() {
        assertThat(Inheritance.ancestors("java.util.concurrent.CopyOnWriteArrayList"))
                .contains("java.util.List", "java.util.Collection", "java.lang.Object");
        assertThat(Inheritance.ancestors("java.util.NoSuchType")).isEmpty();
        assertThat(Inheritance.mayHave("java.util.ArrayList", "stream")).isTrue();
        assertThat(Inheritance.mayHave("java.util.ArrayList", "readValue")).isFalse();
        assertThat(Inheritance.mayHave("java.lang.Object", "readValue")).isFalse();
        assertThat(Inheritance.mayHave(ObjectMapper.class.getName(), "readValue"))
                .isTrue();
        assertThat(Arrays.asList("java.util.NoSuchType", "[x", ""))
                .allMatch(name -> Inheritance.ancestors(name).isEmpty());
    }
}
