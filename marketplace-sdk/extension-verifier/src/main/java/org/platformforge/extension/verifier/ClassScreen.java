package org.platformforge.extension.verifier;

import java.util.Set;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.RecordComponentVisitor;
import org.objectweb.asm.Type;

/** Looks at one class: what its code reaches for, and what its JAX-RS annotations say. Used once. */
final class ClassScreen extends ClassVisitor {
    static final int MAX_BYTES = 1 << 20;
    private static final int MAX_NAME = 1024;
    private static final String STREAMS = "java/util/stream/StreamSupport";
    private static final Set<String> BOOTSTRAPS = Set.of(
            "java/lang/invoke/LambdaMetafactory",
            "java/lang/invoke/StringConcatFactory",
            "java/lang/runtime/ObjectMethods",
            "java/lang/runtime/SwitchBootstraps");

    private final Screened screened;
    private final String path;
    private final String name;
    private final ResourceLint resource;
    private OwnTypes.Type type;
    private String where;

    private ClassScreen(Screened screened, String path, String name) {
        super(Opcodes.ASM9);
        this.screened = screened;
        this.path = path;
        this.name = name;
        this.where = path;
        this.resource = new ResourceLint(screened, path);
    }

    /**
     * @param path of the entry, with the bundle before it
     * @param name the class must have, with slashes; null for any
     */
    static void check(Screened screened, String path, String name, boolean versioned, byte[] bytes) {
        try {
            Reader reader = new Reader(bytes);
            int major = reader.readShort(6) & 0xffff;
            if (!versioned && major > Opcodes.V17) {
                screened.findings.add(
                        Code.CLASS_VERSION, path, "The class needs Java " + (major - 44) + "; the platform runs on 17");
                return;
            }
            reader.mention(screened, path);
            reader.accept(new ClassScreen(screened, path, name), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (RuntimeException | StackOverflowError e) {
            // whatever ASM stumbles over: it reads trustingly, and goes as deep as a class says
            screened.findings.add(Code.CLASS_MALFORMED, path, "The class cannot be read");
        }
    }

    /** Attributes the reader does not know are copied by their length, which must not be believed. */
    private static final class Reader extends ClassReader {
        private static final int CLASS = 7;

        private final int end;

        Reader(byte[] bytes) {
            super(bytes);
            this.end = bytes.length;
            if (readInt(0) != 0xcafebabe) {
                throw new IllegalArgumentException();
            }
        }

        /** Every class that is named anywhere, be it only to catch or to cast. */
        void mention(Screened screened, String path) {
            char[] buffer = new char[getMaxStringLength()];
            for (int i = 1; i < getItemCount(); i++) {
                int at = getItem(i);
                if (at > 0 && readByte(at - 1) == CLASS) {
                    String named = readUTF8(at, buffer);
                    if (named != null && !named.startsWith("[")) {
                        screened.mention(path, named);
                    } else if (named != null && named.endsWith(";")) {
                        screened.mention(path, named.substring(named.indexOf('L') + 1, named.length() - 1));
                    }
                }
            }
        }

        @Override
        public byte[] readBytes(int offset, int length) {
            if (length < 0 || length > end - offset) {
                throw new IllegalArgumentException();
            }
            return super.readBytes(offset, length);
        }
    }

    @Override
    public void visit(int version, int access, String own, String signature, String parent, String[] interfaces) {
        if (!own.equals(name) && name != null) {
            screened.findings.add(Code.CLASS_MALFORMED, path, "The class has another name than its entry");
        }
        type = screened.own.add(path, own, (access & Opcodes.ACC_INTERFACE) != 0, parent, interfaces);
        screened.mentionAll(path, signature);
        if (parent != null) {
            type(parent);
        }
        for (String one : interfaces) {
            type(one);
        }
    }

    @Override
    public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
        return named(descriptor, visible, resource.visitAnnotation(descriptor));
    }

    @Override
    public FieldVisitor visitField(int access, String field, String descriptor, String signature, Object value) {
        declare(field, descriptor, signature);
        return new FieldVisitor(Opcodes.ASM9) {
            @Override
            public AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
                return named(annotation, visible, null);
            }
        };
    }

    @Override
    public RecordComponentVisitor visitRecordComponent(String component, String descriptor, String signature) {
        where = path + " " + component;
        return new RecordComponentVisitor(Opcodes.ASM9) {
            @Override
            public AnnotationVisitor visitAnnotation(String annotation, boolean visible) {
                return named(annotation, visible, null);
            }
        };
    }

    @Override
    public MethodVisitor visitMethod(int access, String method, String descriptor, String signature, String[] thrown) {
        declare(method, descriptor, signature);
        if ((access & Opcodes.ACC_NATIVE) != 0) {
            screened.findings.add(Code.NATIVE_CODE, where, "The method is native");
        }
        if (method.equals("finalize") && descriptor.equals("()V")) {
            screened.findings.add(Code.CODE_FORBIDDEN, where, "Finalizers are not for extensions");
        }
        return new Body(resource.method(method));
    }

    private void declare(String member, String descriptor, String signature) {
        where = path + " " + member;
        screened.mentionAll(where, descriptor);
        screened.mentionAll(where, signature);
        if (screened.isRuled(member, descriptor)) {
            type.declares(member, descriptor);
        }
    }

    /** Looks at the classes and constants an annotation names that is found at run time: libraries act on them. */
    private AnnotationVisitor named(String descriptor, boolean visible, AnnotationVisitor next) {
        return visible && screened.isThere(Type.getType(descriptor).getClassName()) ? new Named(next) : next;
    }

    @Override
    public void visitEnd() {
        resource.end();
    }

    private final class Named extends AnnotationVisitor {
        Named(AnnotationVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public void visit(String value, Object constant) {
            constant(constant);
            super.visit(value, constant);
        }

        @Override
        public void visitEnum(String value, String descriptor, String constant) {
            refer(Type.getType(descriptor).getInternalName(), constant, descriptor);
            super.visitEnum(value, descriptor, constant);
        }

        @Override
        public AnnotationVisitor visitAnnotation(String value, String descriptor) {
            return new Named(super.visitAnnotation(value, descriptor));
        }

        @Override
        public AnnotationVisitor visitArray(String value) {
            return new Named(super.visitArray(value));
        }
    }

    private void type(String internal) {
        refer(internal, null, null);
    }

    private void refer(String internal, String member, String descriptor) {
        if (internal.length() > MAX_NAME) {
            throw new IllegalArgumentException();
        }
        if (internal.startsWith("[")) {
            return; // only clone() of an array has one as its owner
        }
        screened.refer(where, internal, member, descriptor);
    }

    private void constant(Object value) {
        if (value instanceof Type type && type.getSort() == Type.OBJECT) {
            type(type.getInternalName());
        } else if (value instanceof Type type && type.getSort() == Type.ARRAY) {
            constant(type.getElementType());
        } else if (value instanceof Handle handle) {
            refer(handle.getOwner(), handle.getName(), handle.getDesc());
        } else if (value instanceof ConstantDynamic dynamic) {
            bootstrap(dynamic.getBootstrapMethod());
            screened.bootstrap(dynamic.getBootstrapMethodArgumentCount());
            for (int i = 0; i < dynamic.getBootstrapMethodArgumentCount(); i++) {
                constant(dynamic.getBootstrapMethodArgument(i));
            }
        }
    }

    private void bootstrap(Handle handle) {
        if (!BOOTSTRAPS.contains(handle.getOwner())) {
            refer(handle.getOwner(), handle.getName(), handle.getDesc());
        }
    }

    private final class Body extends MethodVisitor {
        private final ResourceLint.Method method;

        /** Whether the instruction before is the constant false, and nothing jumps behind it. */
        private boolean afterFalse;

        Body(ResourceLint.Method method) {
            super(Opcodes.ASM9);
            this.method = method;
        }

        @Override
        public AnnotationVisitor visitAnnotation(String descriptor, boolean visible) {
            return named(descriptor, visible, method.visitAnnotation(descriptor));
        }

        @Override
        public AnnotationVisitor visitParameterAnnotation(int parameter, String descriptor, boolean visible) {
            return named(descriptor, visible, null);
        }

        @Override
        public void visitEnd() {
            method.end();
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String field, String descriptor) {
            afterFalse = false;
            refer(owner, field, descriptor);
        }

        @Override
        public void visitMethodInsn(int opcode, String owner, String called, String descriptor, boolean isInterface) {
            if (afterFalse && owner.equals(STREAMS) && descriptor.contains("Z)")) {
                // a sequential stream needs nobody's threads
                type(owner);
            } else {
                refer(owner, called, descriptor);
            }
            afterFalse = false;
        }

        @Override
        public void visitInsn(int opcode) {
            afterFalse = opcode == Opcodes.ICONST_0;
        }

        @Override
        public void visitLabel(Label label) {
            afterFalse = false;
        }

        @Override
        public void visitVarInsn(int opcode, int variable) {
            afterFalse = false;
        }

        @Override
        public void visitIntInsn(int opcode, int operand) {
            afterFalse = false;
        }

        @Override
        public void visitTypeInsn(int opcode, String internal) {
            afterFalse = false;
        }

        @Override
        public void visitJumpInsn(int opcode, Label label) {
            afterFalse = false;
        }

        @Override
        public void visitIincInsn(int variable, int increment) {
            afterFalse = false;
        }

        @Override
        public void visitMultiANewArrayInsn(String descriptor, int dimensions) {
            afterFalse = false;
        }

        @Override
        public void visitInvokeDynamicInsn(String called, String descriptor, Handle handle, Object... arguments) {
            afterFalse = false;
            bootstrap(handle);
            screened.bootstrap(arguments.length);
            for (Object argument : arguments) {
                constant(argument);
            }
        }

        @Override
        public void visitLdcInsn(Object value) {
            afterFalse = false;
            constant(value);
        }
    }
}
