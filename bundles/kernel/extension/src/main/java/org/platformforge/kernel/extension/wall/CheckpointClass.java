package org.platformforge.kernel.extension.wall;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Adds a checkpoint to the beginning of each method and before each jump backwards. */
final class CheckpointClass extends ClassVisitor {
    private static final int API = Opcodes.ASM9;
    private static final String OWNER = CheckpointWeaver.PACKAGE.replace('.', '/') + "/Checkpoint";

    private final int number;

    CheckpointClass(ClassVisitor next, int number) {
        super(API, next);
        this.number = number;
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, String signature, String[] exceptions) {
        MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
        // a class whose initialiser was ended is broken for good: there the loops have to do
        return next == null ? null : new Body(next, number, !"<clinit>".equals(name));
    }

    private static final class Body extends MethodVisitor {
        private final int number;
        private final boolean atEntry;
        private final Set<Label> passed = new HashSet<>();

        Body(MethodVisitor next, int number, boolean atEntry) {
            super(API, next);
            this.number = number;
            this.atEntry = atEntry;
        }

        @Override
        public void visitCode() {
            super.visitCode();
            if (atEntry) {
                checkpoint();
            }
        }

        @Override
        public void visitLabel(Label label) {
            passed.add(label);
            super.visitLabel(label);
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            checkpointBefore(label);
            super.visitJumpInsn(opcode, label);
        }

        @Override
        public void visitTableSwitchInsn(int min, int max, Label fallback, Label... labels) {
            checkpointBefore(fallback, labels);
            super.visitTableSwitchInsn(min, max, fallback, labels);
        }

        @Override
        public void visitLookupSwitchInsn(Label fallback, int[] keys, Label[] labels) {
            checkpointBefore(fallback, labels);
            super.visitLookupSwitchInsn(fallback, keys, labels);
        }

        private void checkpointBefore(Label first, Label... others) {
            boolean backwards = passed.contains(first);
            for (Label label : others) {
                backwards |= passed.contains(label);
            }
            if (backwards) {
                checkpoint();
            }
        }

        private void checkpoint() {
            super.visitLdcInsn(number);
            super.visitMethodInsn(Opcodes.INVOKESTATIC, OWNER, "pass", "(I)V", false);
        }
    }
}
