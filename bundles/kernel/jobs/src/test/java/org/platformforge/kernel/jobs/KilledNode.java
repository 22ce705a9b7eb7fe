package org.platformforge.kernel.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.platformforge.kernel.api.jobs.Operation;
import org.platformforge.kernel.api.jobs.OperationException;
import org.platformforge.kernel.api.jobs.StepContext;
import org.platformforge.kernel.jobs.engine.JobSettings;
import org.platformforge.kernel.jobs.node.NodeIdentity;
import org.platformforge.kernel.store.database.DatabaseSettings;
import org.platformforge.kernel.store.testing.StoreFixture;
import org.platformforge.kernel.store.testing.TestCaller;

/**
 * A process that submits and executes operations until it is killed. It writes what it does to a file outside the
 * database, one short append each, which survives the process: {@code begin <op> <step>}, {@code undo <op> <step>},
 * {@code ack <op>} after a submit has committed.
 */
final class KilledNode {
    static final String[] STEPS = {"one", "two", "three", "four"};
    private static final Duration PAUSE = Duration.ofMillis(4);

    private final Path journal;
    private final Random random = new Random();

    private KilledNode(Path journal) {
        this.journal = journal;
    }

    /** Arguments: url, user, password, folder, submit (true, or false to work off what is there). */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[3]);
        KilledNode process = new KilledNode(folder.resolve("journal"));
        String user = arguments[1].isEmpty() ? null : arguments[1];
        String password = arguments[2].isEmpty() ? null : arguments[2];
        StoreFixture database =
                StoreFixture.open(DatabaseSettings.of(arguments[0], user, password), JobsComponent.class);
        createTable(database);
        NodeIdentity identity = NodeIdentity.acquire(folder.resolve("jobs"));
        JobSettings settings = Node.SETTINGS;
        Node node = new Node(database, identity.name(), settings);
        node.add(process.handler());
        process.write("ready");
        if (Boolean.parseBoolean(arguments[4])) {
            process.submitUntilKilled(node);
        }
        System.in.read();
        identity.close();
        Runtime.getRuntime().halt(0);
    }

    private static void createTable(StoreFixture database) {
        try (Connection connection = database.dataSource().getConnection();
                var tables = connection.getMetaData().getTables(null, null, "%", null)) {
            while (tables.next()) {
                if (tables.getString("TABLE_NAME").equalsIgnoreCase("test_finished")) {
                    return;
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        Node.createTestTable(database);
    }

    private void submitUntilKilled(Node node) throws Exception {
        while (true) {
            Operation operation = node.submit(TestCaller.ALICE, "make", Map.of("fails", random.nextInt(4) == 0));
            write("ack " + operation.id());
            pause();
        }
    }

    private ScriptedHandler handler() {
        ScriptedHandler handler = new ScriptedHandler("make", STEPS);
        for (String step : STEPS) {
            handler.on(step, context -> execute(step, context));
            handler.undoing(step, context -> {
                write("undo " + context.operation().id() + " " + step);
                pause();
                return Map.of();
            });
        }
        return handler;
    }

    private Map<String, Object> execute(String step, StepContext context)
            throws OperationException, InterruptedException {
        write("begin " + context.operation().id() + " " + step);
        context.log("working");
        pause();
        context.checkpoint(Map.of("half", step));
        pause();
        if (step.equals("three")
                && Boolean.TRUE.equals(context.operation().input().get("fails"))) {
            throw OperationException.fatal("BROKEN", "Broken", null);
        }
        return Map.of("done", step);
    }

    private void pause() throws InterruptedException {
        new Semaphore(0).tryAcquire(random.nextLong(PAUSE.toMillis() + 1), TimeUnit.MILLISECONDS);
    }

    private synchronized void write(String line) {
        try {
            Files.write(
                    journal,
                    (line + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
