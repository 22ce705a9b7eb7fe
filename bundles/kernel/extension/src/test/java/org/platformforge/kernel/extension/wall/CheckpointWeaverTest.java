package org.platformforge.kernel.extension.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.checkpoint.CallEndedError;

class CheckpointWeaverTest {
    /** Loads woven classes of its own instead of those of its parent. */
    private static final class WovenLoader extends ClassLoader {
        private final String prefix;
        private final int number;

        WovenLoader(String prefix, int number) {
            super(CheckpointWeaverTest.class.getClassLoader());
            this.prefix = prefix;
            this.number = number;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                if (known != null || !name.startsWith(prefix)) {
                    return known != null ? known : super.loadClass(name, resolve);
                }
                try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                    if (in == null) {
                        throw new ClassNotFoundException(name);
                    }
                    byte[] woven = CheckpointWeaver.weave(in.readAllBytes(), number);
                    return defineClass(name, woven, 0, woven.length);
                } catch (IOException e) {
                    throw new ClassNotFoundException(name, e);
                }
            }
        }
    }

    /** Every kind of jump and switch there is. */
    public static final class Shapes implements IntUnaryOperator {
        private final int base;

        public Shapes() {
            this(1 > 0 ? 3 : 4);
        }

        private Shapes(int base) {
            super();
            this.base = base;
        }

        @Override
        public int applyAsInt(int times) {
            long sum = base;
            outer:
            for (int i = 0; i < times; i++) {
                int j = i;
                do {
                    sum += switch (j % 3) {
                        case 0 -> 1L;
                        case 1 -> parsed();
                        default -> 3L;
                    };
                    if (sum > 1_000_000) {
                        continue outer;
                    }
                } while (--j > 0);
                synchronized (this) {
                    while (j < 2) {
                        j++;
                    }
                }
            }
            return (int) sum;
        }

        private static long parsed() {
            long sum = 0;
            try {
                return Long.parseLong("x");
            } catch (NumberFormatException e) {
                return 2L;
            } finally {
                sum++;
            }
        }
    }

    private static IntUnaryOperator shapes(ClassLoader loader) throws ReflectiveOperationException {
        return (IntUnaryOperator)
                loader.loadClass(Shapes.class.getName()).getConstructor().newInstance();
    }

    @Test
    void changesNothingButThatCodeCanBeEnded() throws Exception {
        String release = "x.shapes/1.0.0/1";
        IntUnaryOperator woven = shapes(new WovenLoader(Shapes.class.getName(), Checkpoints.number(release)));
        assertThat(woven.getClass()).isNotEqualTo(Shapes.class);
        assertThat(woven.applyAsInt(50)).isEqualTo(new Shapes().applyAsInt(50));
        Checkpoints.stop(release);
        assertThatThrownBy(() -> woven.applyAsInt(1)).isInstanceOf(CallEndedError.class);
        assertThat(Checkpoints.number(release)).isNotEqualTo(Checkpoints.number("x.other/1.0.0/1"));
        Checkpoints.stop(release);
        Checkpoints.stop("x.other/1.0.0/1");
    }

    /** A large library, class by class, through the verifier of the JVM; then it does its work. */
    @Test
    void makesClassesThatTheJvmAccepts() throws Exception {
        WovenLoader loader = new WovenLoader("com.fasterxml.jackson.", Checkpoints.number("x.jackson/1.0.0/1"));
        Path jar = Path.of(ObjectMapper.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> names = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            file.stream()
                    .map(JarEntry::getName)
                    .filter(name ->
                            name.endsWith(".class") && !name.contains("module-info") && !name.startsWith("META-INF"))
                    .forEach(name ->
                            names.add(name.substring(0, name.length() - 6).replace('/', '.')));
        }
        int linked = 0;
        for (String name : names) {
            try {
                Class.forName(name, true, loader);
                linked++;
            } catch (NoClassDefFoundError | ExceptionInInitializerError e) {
                // needs a library that is not here
                assertThat(e).isNotInstanceOf(VerifyError.class);
            }
        }
        assertThat(linked).isGreaterThan(500);
        Object mapper =
                loader.loadClass(ObjectMapper.class.getName()).getConstructor().newInstance();
        Object read = mapper.getClass()
                .getMethod("readValue", String.class, Class.class)
                .invoke(mapper, "{\"a\":[1,2,{\"b\":null}]}", Object.class);
        assertThat(read).hasToString("{a=[1, 2, {b=null}]}");
    }
}
