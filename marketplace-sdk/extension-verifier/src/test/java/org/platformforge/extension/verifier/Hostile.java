package org.platformforge.extension.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/** Archives and classes no tool makes. */
final class Hostile {
    private static final int END_BYTES = 22;

    private Hostile() {}

    private static ByteBuffer copy(byte[] bytes) {
        return ByteBuffer.wrap(bytes.clone()).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int directory(ByteBuffer zip) {
        return zip.getInt(zip.capacity() - END_BYTES + 16);
    }

    /** Moves every entry a byte on, as a launcher before an archive does. */
    static byte[] prefixed(byte[] zip) {
        byte[] moved = new byte[zip.length + 1];
        System.arraycopy(zip, 0, moved, 1, zip.length);
        return moved;
    }

    static byte[] wrongChecksum(byte[] zip) {
        // the first entry's checksum in the directory and in the descriptor behind its data
        ByteBuffer buffer = copy(zip);
        int at = directory(buffer);
        int crc = buffer.getInt(at + 16);
        for (int i = 0; i < zip.length - 3; i++) {
            if (buffer.getInt(i) == crc) {
                buffer.putInt(i, crc + 1);
            }
        }
        return buffer.array();
    }

    /** What one reader calls META-INF/MANIFEST.MF another calls something else. */
    static byte[] otherLocalName(byte[] zip) {
        ByteBuffer buffer = copy(zip);
        buffer.put(30, (byte) 'm');
        return buffer.array();
    }

    static byte[] encrypted(byte[] zip) {
        ByteBuffer buffer = copy(zip);
        int at = directory(buffer) + 8;
        buffer.putShort(at, (short) (buffer.getShort(at) | 1));
        return buffer.array();
    }

    static byte[] count(byte[] zip, int entries) {
        ByteBuffer buffer = copy(zip);
        buffer.putShort(zip.length - END_BYTES + 8, (short) entries);
        buffer.putShort(zip.length - END_BYTES + 10, (short) entries);
        return buffer.array();
    }

    static byte[] symlink(byte[] zip) {
        ByteBuffer buffer = copy(zip);
        int at = directory(buffer);
        buffer.put(at + 5, (byte) 3);
        buffer.putInt(at + 38, 0120777 << 16);
        return buffer.array();
    }

    static byte[] entries(int count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < count; i++) {
                zip.putNextEntry(new ZipEntry(Integer.toString(i)));
            }
        }
        return bytes.toByteArray();
    }

    static byte[] elf() {
        byte[] bytes = new byte[100];
        bytes[0] = 0x7f;
        System.arraycopy("ELF".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, bytes, 1, 3);
        return bytes;
    }

    static byte[] calls(String called) {
        ClassWriter writer = type("acme/notes/U");
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "run", "()V", null, null);
        method.visitCode();
        method.visitMethodInsn(Opcodes.INVOKESTATIC, called, "get", "()L" + called + ";", false);
        method.visitInsn(Opcodes.POP);
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(1, 0);
        method.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    /** A list of its own that does nothing. */
    static byte[] list(String name) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/util/ArrayList", null);
        writer.visitEnd();
        return writer.toByteArray();
    }

    /** Every way to name a class without calling it. */
    static Map<String, byte[]> mentions(String name, String mentioned) {
        String descriptor = "L" + mentioned + ";";
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("cast", instruction(name, method -> method.visitTypeInsn(Opcodes.CHECKCAST, mentioned)));
        all.put("array", instruction(name, method -> {
            method.visitInsn(Opcodes.POP);
            method.visitInsn(Opcodes.ICONST_1);
            method.visitTypeInsn(Opcodes.ANEWARRAY, "[[" + descriptor);
        }));
        all.put("literal", instruction(name, method -> {
            method.visitInsn(Opcodes.POP);
            method.visitLdcInsn(Type.getObjectType(mentioned));
        }));
        all.put("catch", instruction(name, method -> {
            Label start = new Label();
            Label end = new Label();
            method.visitTryCatchBlock(start, end, end, mentioned);
            method.visitLabel(start);
            method.visitInsn(Opcodes.NOP);
            method.visitLabel(end);
        }));
        all.put("field", type(name, writer -> writer.visitField(Opcodes.ACC_PUBLIC, "f", descriptor, null, null)));
        all.put(
                "type argument",
                type(
                        name,
                        writer -> writer.visitField(
                                Opcodes.ACC_PUBLIC,
                                "f",
                                "Ljava/util/List;",
                                "Ljava/util/List<" + descriptor + ">;",
                                null)));
        all.put(
                "parameter",
                type(
                        name,
                        writer -> writer.visitMethod(
                                Opcodes.ACC_ABSTRACT | Opcodes.ACC_PUBLIC, "m", "(" + descriptor + ")V", null, null)));
        all.put(
                "throws",
                type(
                        name,
                        writer -> writer.visitMethod(
                                Opcodes.ACC_ABSTRACT | Opcodes.ACC_PUBLIC, "m", "()V", null, new String[] {mentioned
                                })));
        all.put("annotation", type(name, writer -> {
            AnnotationVisitor annotation =
                    writer.visitAnnotation("Lcom/fasterxml/jackson/databind/annotation/JsonDeserialize;", true);
            annotation.visit("as", Type.getObjectType(mentioned));
            annotation.visitEnd();
        }));
        return all;
    }

    private static byte[] type(String name, Consumer<ClassWriter> content) {
        ClassWriter writer = type(name);
        content.accept(writer);
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static byte[] instruction(String name, Consumer<MethodVisitor> content) {
        return type(name, writer -> {
            MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "run", "(Ljava/lang/Object;)V", null, null);
            method.visitCode();
            method.visitVarInsn(Opcodes.ALOAD, 0);
            content.accept(method);
            method.visitInsn(Opcodes.POP);
            method.visitInsn(Opcodes.RETURN);
            method.visitMaxs(1, 1);
            method.visitEnd();
        });
    }

    static byte[] empty(String name) {
        ClassWriter writer = type(name);
        writer.visitEnd();
        return writer.toByteArray();
    }

    static ClassWriter type(String name) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
        return writer;
    }

    static byte[] cut(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }
}
