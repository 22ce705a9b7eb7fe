package org.platformforge.extension.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

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
