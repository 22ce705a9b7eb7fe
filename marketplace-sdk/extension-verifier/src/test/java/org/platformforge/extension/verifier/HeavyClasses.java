package org.platformforge.extension.verifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.Attribute;
import org.objectweb.asm.ByteVector;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.ConstantDynamic;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Classes that keep whoever reads them busy. */
final class HeavyClasses {
    private HeavyClasses() {}

    private static void method(ClassWriter writer, String name, java.util.function.Consumer<MethodVisitor> code) {
        MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, name, "()V", null, null);
        method.visitCode();
        code.accept(method);
        method.visitInsn(Opcodes.RETURN);
        method.visitMaxs(2, 0);
        method.visitEnd();
    }

    /** A megabyte of calls. */
    static byte[] calls(String name) {
        ClassWriter writer = Hostile.type(name);
        for (int i = 0; i < 12; i++) {
            method(writer, "m" + i, method -> {
                for (int call = 0; call < 21_000; call++) {
                    method.visitMethodInsn(Opcodes.INVOKESTATIC, "java/util/Objects", "m" + call % 100, "()V", false);
                }
            });
        }
        return writer.toByteArray();
    }

    /** Each of many instructions makes the reader read thousands of arguments. */
    static byte[] bootstraps(String name) {
        ClassWriter writer = Hostile.type(name);
        Handle handle = new Handle(
                Opcodes.H_INVOKESTATIC,
                "java/lang/invoke/StringConcatFactory",
                "makeConcatWithConstants",
                "()V",
                false);
        Object[] arguments = new Object[60_000];
        Arrays.fill(arguments, "x");
        method(writer, "m", method -> {
            for (int call = 0; call < 300; call++) {
                method.visitInvokeDynamicInsn("x", "()V", handle, arguments);
            }
        });
        return writer.toByteArray();
    }

    /** Calls what only its last ancestor could have. */
    static byte[] heir(String name, String parent) {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, parent, null);
        method(
                writer,
                "m",
                method -> method.visitMethodInsn(Opcodes.INVOKESTATIC, name, "parallelStream", "()V", false));
        return writer.toByteArray();
    }

    static byte[] interfaces(String name, int count) {
        ClassWriter writer = new ClassWriter(0);
        String[] interfaces = new String[count];
        Arrays.setAll(interfaces, i -> "acme/notes/Z" + i);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", interfaces);
        return writer.toByteArray();
    }

    static byte[] deepAnnotation(String name) {
        ClassWriter writer = Hostile.type(name);
        AnnotationVisitor annotation = writer.visitAnnotation("Ljavax/ws/rs/Path;", true);
        for (int i = 0; i < 200_000; i++) {
            annotation = annotation.visitArray("a");
        }
        return writer.toByteArray();
    }

    /** A constant whose bootstrap argument is the constant itself. */
    static byte[] circularConstant(String name) {
        ClassWriter writer = Hostile.type(name);
        Handle handle = new Handle(Opcodes.H_INVOKESTATIC, name, "b", "()V", false);
        ConstantDynamic inner = new ConstantDynamic("x", "Ljava/lang/Object;", handle, "MARK");
        method(writer, "m", method -> {
            method.visitLdcInsn(inner);
            method.visitInsn(Opcodes.POP);
        });
        byte[] bytes = writer.toByteArray();
        ClassReader reader = new ClassReader(bytes);
        int dynamic = 0;
        int mark = 0;
        for (int i = 1; i < reader.getItemCount(); i++) {
            int at = reader.getItem(i);
            if (at > 0 && bytes[at - 1] == 17) {
                dynamic = i;
            } else if (at > 0 && bytes[at - 1] == 8) {
                mark = i;
            }
        }
        // the only bootstrap argument stands in the last two bytes of the class
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getShort(bytes.length - 2) != mark) {
            throw new IllegalStateException("The class is laid out in another way than was thought");
        }
        buffer.putShort(bytes.length - 2, (short) dynamic);
        return bytes;
    }

    static byte[] hugeAttribute(String name) {
        ClassWriter writer = Hostile.type(name);
        writer.visitAttribute(new Attribute("Odd") {
            @Override
            protected ByteVector write(ClassWriter to, byte[] code, int length, int stack, int locals) {
                ByteVector vector = new ByteVector();
                vector.putByteArray("MARK".getBytes(StandardCharsets.UTF_8), 0, 4);
                return vector;
            }
        });
        byte[] bytes = writer.toByteArray();
        ByteBuffer.wrap(bytes).putInt(bytes.length - 8, Integer.MAX_VALUE);
        return bytes;
    }
}
