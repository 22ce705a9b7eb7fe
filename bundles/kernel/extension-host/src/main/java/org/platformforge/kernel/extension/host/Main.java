package org.platformforge.kernel.extension.host;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.BundleException;
import org.platformforge.kernel.extension.wire.Failures;
import org.platformforge.kernel.extension.wire.Frame;
import org.platformforge.kernel.extension.wire.Frames;

/**
 * Runs one release of an extension. The platform speaks on standard input and listens on standard output; when it closes
 * the one, this process ends. The current folder is used for the framework's files.
 */
public final class Main {
    /** Exit codes. */
    static final int NO_PLATFORM = 13;

    private static final int NOT_STARTED = 14;
    private static final int NO_PROTOCOL = 15;

    private final Link link;
    private final DataInputStream in;
    private final Map<Long, CallScope> calls = new ConcurrentHashMap<>();
    private final Tasks tasks;
    private volatile Extension extension;
    private volatile Points points;
    private volatile ExecutorService threads;

    private Main(InputStream in, Link link) {
        this.in = new DataInputStream(new BufferedInputStream(in, 1 << 16));
        this.link = link;
        this.tasks = new Tasks(link);
    }

    /** Takes no arguments. */
    public static void main(String[] arguments) {
        FileInputStream in = new FileInputStream(FileDescriptor.in);
        FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        // what is printed does not get between the messages
        System.setOut(System.err);
        System.setIn(InputStream.nullInputStream());
        Link link = new Link(new BufferedOutputStream(out, 1 << 16));
        LogHandler.install(link);
        int code = NO_PROTOCOL;
        try {
            new Main(in, link).listen();
            code = NO_PLATFORM;
        } catch (IOException e) {
            System.err.println("The platform cannot be understood: " + e.getMessage());
        }
        // whatever threads the extension has
        Runtime.getRuntime().halt(code);
    }

    private void listen() throws IOException {
        Frame start = Frames.read(in);
        if (start == null || start.number("protocol") != Frames.PROTOCOL) {
            throw new IOException("The platform speaks another protocol than " + Frames.PROTOCOL);
        }
        List<Extension.Part> parts = new ArrayList<>();
        for (long left = start.number("parts"); left > 0; left--) {
            Frame part = Frames.read(in);
            if (part == null) {
                return;
            }
            parts.add(new Extension.Part(part.text("name"), part.body()));
        }
        new Thread(() -> start(start, parts), "start").start();
        for (Frame frame = Frames.read(in); frame != null; frame = Frames.read(in)) {
            switch (frame.type()) {
                case "reply" -> link.replied(frame);
                case "call" -> begin(frame);
                case "cancel" -> cancel(frame.number("id"));
                case "stop" -> new Thread(this::stop, "stop").start();
                default -> throw new IOException("There is no message " + frame.type());
            }
        }
    }

    private void start(Frame start, List<Extension.Part> parts) {
        String id = start.text("extension");
        String version = start.text("version");
        try {
            List<String> allowed = new ArrayList<>();
            start.head().path("packages").forEach(name -> allowed.add(name.asText()));
            extension = new Extension(allowed, Path.of("framework").toAbsolutePath());
            extension.start(parts, id, new HostContext(id, version, link, tasks));
            points = Points.of(extension, id, version, link);
            ClassLoader loader = extension.loader();
            AtomicInteger number = new AtomicInteger();
            threads = Executors.newCachedThreadPool(task -> {
                Thread thread = new Thread(task, "call-" + number.incrementAndGet());
                thread.setContextClassLoader(loader);
                return thread;
            });
            link.send(new Frame(points.told()));
        } catch (StartException | IOException | BundleException e) {
            fail(e.getMessage());
        } catch (Exception | LinkageError | StackOverflowError | AssertionError e) {
            fail(String.valueOf(e));
        }
    }

    private void fail(String reason) {
        try {
            link.send(new Frame(Frames.head("failed").put("text", reason)));
        } catch (IOException e) {
            System.err.println("The start failed, for a reason that is too long to be told");
        }
        Runtime.getRuntime().halt(NOT_STARTED);
    }

    private void begin(Frame frame) {
        CallScope scope = new CallScope(link, frame);
        calls.put(scope.id(), scope);
        threads.execute(() -> {
            Frame answer = answer(scope, frame);
            calls.remove(scope.id());
            send(scope, answer);
        });
    }

    private Frame answer(CallScope scope, Frame frame) {
        try {
            return scope.run(() -> {
                if (!frame.text("kind").equals("task")) {
                    return points.call(frame);
                }
                Runnable task = tasks.take(frame.number("task"));
                if (task != null) {
                    task.run();
                }
                return new Frame(Frames.head("answer"));
            });
        } catch (Throwable e) {
            // told to the platform, whatever it is
            return failure(e);
        }
    }

    private static Frame failure(Throwable e) {
        ObjectNode answer = Frames.head("answer");
        answer.set("failure", Failures.write(e));
        return new Frame(answer);
    }

    private void send(CallScope scope, Frame answer) {
        answer.head().put("id", scope.id());
        answer.head().set("figures", scope.taken());
        try {
            link.send(answer);
        } catch (IOException e) {
            Frame failure = failure(new IllegalStateException("The answer is too large: " + e.getMessage()));
            failure.head().put("id", scope.id());
            try {
                link.send(failure);
            } catch (IOException tooLarge) {
                throw new IllegalStateException(tooLarge);
            }
        }
    }

    private void cancel(long id) {
        CallScope scope = calls.get(id);
        if (scope != null) {
            scope.cancel();
        }
    }

    private void stop() {
        int code = 0;
        try {
            extension.stop();
        } catch (BundleException | InterruptedException | RuntimeException e) {
            System.err.println("The extension did not stop cleanly: " + e);
            code = 1;
        }
        Runtime.getRuntime().halt(code);
    }
}
