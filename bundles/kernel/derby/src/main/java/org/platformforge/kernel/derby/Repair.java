package org.platformforge.kernel.derby;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Unpacks Derby with one method repaired: run by the build, no part of what is built.
 *
 * <p>When the only page of an index is full, Derby copies its rows to a new page, purges them from the first one and
 * makes that one's control row, which grows by a column, the root of a tree. A process killed between the log record of
 * the last and the commit of the three leaves them to be undone in reverse. Undoing the update makes the control row
 * short again, but keeps what it had grown by as its reserve; when the page had less than that free, the rows no longer
 * fit, and Derby declares the page corrupt (XSDB0 in XSLA8) at this and at every later start. A row of an index never
 * needs a reserve (Derby creates its pages with none), so after an update that shortens one it is given back to the page.
 */
final class Repair {
    static final String PAGE = "org/apache/derby/impl/store/raw/data/StoredPage";
    private static final String UPDATE = "storeRecordForUpdate";
    private static final String GIVE_BACK = "giveReserveOfIndexBack";
    /** What indexes set for {@code derby.storage.minimumRecordSize}; tables have 12 and more. */
    private static final int MINIMUM_OF_INDEX = 1;

    private Repair() {}

    /** Arguments: Derby's jar, the folder its contents go to. */
    public static void main(String[] arguments) throws IOException {
        Path target = Path.of(arguments[1]).toAbsolutePath().normalize();
        try (JarFile jar = new JarFile(arguments[0])) {
            Enumeration<JarEntry> entries = jar.entries();
            while (entries.hasMoreElements()) {
                JarEntry entry = entries.nextElement();
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException("An entry leaves the folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    continue;
                }
                Files.createDirectories(file.getParent());
                try (InputStream in = jar.getInputStream(entry)) {
                    byte[] content = in.readAllBytes();
                    Files.write(file, entry.getName().equals(PAGE + ".class") ? repaired(content) : content);
                }
            }
        }
        if (Files.notExists(target.resolve(PAGE + ".class"))) {
            throw new IOException("This is not Derby: " + arguments[0]);
        }
    }

    static byte[] repaired(byte[] page) {
        ClassReader reader = new ClassReader(page);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        PageVisitor visitor = new PageVisitor(writer);
        reader.accept(visitor, 0);
        if (visitor.calls != 1) {
            throw new IllegalStateException("Another Derby than the one this repairs: " + visitor.calls + " places");
        }
        return writer.toByteArray();
    }

    private static final class PageVisitor extends ClassVisitor {
        private int calls;

        PageVisitor(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(int access, String name, String type, String signature, String[] thrown) {
            MethodVisitor next = super.visitMethod(access, name, type, signature, thrown);
            if (!name.equals(UPDATE)) {
                return next;
            }
            return new MethodVisitor(Opcodes.ASM9, next) {
                @Override
                public void visitInsn(int opcode) {
                    if (opcode == Opcodes.RETURN) {
                        calls++;
                        visitVarInsn(Opcodes.ALOAD, 0);
                        visitVarInsn(Opcodes.ILOAD, 1);
                        visitMethodInsn(Opcodes.INVOKESPECIAL, PAGE, GIVE_BACK, "(I)V", false);
                    }
                    super.visitInsn(opcode);
                }
            };
        }

        @Override
        public void visitEnd() {
            giveBack();
            super.visitEnd();
        }

        /**
         * {@code if (minimumRecordSize == 1) { shrinkPage(getRecordOffset(slot) + getTotalSpace(slot),
         * getReservedCount(slot)); updateRecordPortionLength(slot, 0, -getReservedCount(slot)); }}
         */
        private void giveBack() {
            MethodVisitor code = super.visitMethod(Opcodes.ACC_PRIVATE, GIVE_BACK, "(I)V", null, new String[] {
                "java/io/IOException", "org/apache/derby/iapi/error/StandardException"
            });
            code.visitCode();
            Label end = new Label();
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitFieldInsn(Opcodes.GETFIELD, PAGE, "minimumRecordSize", "I");
            code.visitIntInsn(Opcodes.BIPUSH, MINIMUM_OF_INDEX);
            code.visitJumpInsn(Opcodes.IF_ICMPNE, end);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            ofSlot(code, Opcodes.INVOKESPECIAL, "getRecordOffset");
            ofSlot(code, Opcodes.INVOKEVIRTUAL, "getTotalSpace");
            code.visitInsn(Opcodes.IADD);
            ofSlot(code, Opcodes.INVOKEVIRTUAL, "getReservedCount");
            code.visitMethodInsn(Opcodes.INVOKESPECIAL, PAGE, "shrinkPage", "(II)V", false);
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitVarInsn(Opcodes.ILOAD, 1);
            code.visitInsn(Opcodes.ICONST_0);
            ofSlot(code, Opcodes.INVOKEVIRTUAL, "getReservedCount");
            code.visitInsn(Opcodes.INEG);
            code.visitMethodInsn(Opcodes.INVOKESPECIAL, PAGE, "updateRecordPortionLength", "(III)V", false);
            code.visitLabel(end);
            code.visitFrame(Opcodes.F_SAME, 0, null, 0, null);
            code.visitInsn(Opcodes.RETURN);
            code.visitMaxs(0, 0);
            code.visitEnd();
        }

        private static void ofSlot(MethodVisitor code, int call, String method) {
            code.visitVarInsn(Opcodes.ALOAD, 0);
            code.visitVarInsn(Opcodes.ILOAD, 1);
            code.visitMethodInsn(call, PAGE, method, "(I)I", false);
        }
    }
}
