package org.platformforge.kernel.extension.wall;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.osgi.framework.hooks.weaving.WeavingException;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.hooks.weaving.WovenClass;
import org.platformforge.kernel.checkpoint.Checkpoint;

/**
 * Weaves a {@link Checkpoint} into every method and loop of an extension's classes, so that its code can be ended. Only
 * instructions without branches are added, and nothing on the stack is touched: frames stay as they are. What is woven in
 * comes from beneath the framework, so that no wire has to be made for it. Thread-safe.
 */
final class CheckpointWeaver implements WeavingHook {
    static final String PACKAGE = "org.platformforge.kernel.checkpoint";

    @Override
    public void weave(WovenClass woven) {
        Origin origin = Origin.of(woven.getBundleWiring().getBundle());
        if (origin == null) {
            return;
        }
        try {
            woven.setBytes(weave(woven.getBytes(), Checkpoints.number(origin.release())));
        } catch (RuntimeException e) {
            // any other exception would make the framework leave the hook out from then on
            throw new WeavingException(woven.getClassName() + " cannot be made interruptible", e);
        }
    }

    static byte[] weave(byte[] original, int number) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new CheckpointClass(writer, number), 0);
        return writer.toByteArray();
    }
}
