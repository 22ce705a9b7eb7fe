package org.platformforge.kernel.extension.wall;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.osgi.framework.hooks.weaving.WeavingException;
import org.osgi.framework.hooks.weaving.WeavingHook;
import org.osgi.framework.hooks.weaving.WovenClass;
import org.osgi.framework.hooks.weaving.WovenClassListener;
import org.platformforge.kernel.checkpoint.Checkpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Weaves a {@link Checkpoint} into every method and loop of an extension's classes, so that its code can be ended. Only
 * instructions without branches are added, and nothing on the stack is touched: frames stay as they are. Thread-safe.
 */
final class CheckpointWeaver implements WeavingHook, WovenClassListener {
    static final String PACKAGE = "org.platformforge.kernel.checkpoint";
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointWeaver.class);

    @Override
    public void weave(WovenClass woven) {
        Origin origin = Origin.of(woven.getBundleWiring().getBundle());
        if (origin == null) {
            return;
        }
        try {
            woven.setBytes(weave(woven.getBytes(), Checkpoint.number(origin.release())));
        } catch (RuntimeException e) {
            // any other exception would make the framework leave the hook out from then on
            throw new WeavingException(woven.getClassName() + " cannot be made interruptible", e);
        }
        woven.getDynamicImports().add(PACKAGE);
    }

    /**
     * Wires the bundle to the checkpoint as soon as it has a class, before any of them can run: of two threads that need a
     * package for the first time at once, Felix tells one that there is none, and the class it was in stays broken.
     */
    @Override
    public void modified(WovenClass woven) {
        if (woven.getState() != WovenClass.DEFINED
                || Origin.of(woven.getBundleWiring().getBundle()) == null) {
            return;
        }
        ClassLoader loader = woven.getBundleWiring().getClassLoader();
        if (!finds(loader) && !finds(loader)) { // who was told so once finds what the other thread has wired
            LOG.warn("{} is not wired to {}", woven.getBundleWiring().getBundle(), PACKAGE);
        }
    }

    private static boolean finds(ClassLoader loader) {
        try {
            loader.loadClass(Checkpoint.class.getName());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    static byte[] weave(byte[] original, int number) {
        ClassReader reader = new ClassReader(original);
        ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
        reader.accept(new CheckpointClass(writer, number), 0);
        return writer.toByteArray();
    }
}
