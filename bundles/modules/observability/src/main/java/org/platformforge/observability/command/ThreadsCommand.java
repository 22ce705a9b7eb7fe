package org.platformforge.observability.command;

import java.time.Duration;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.support.table.ShellTable;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.shell.OperatorCommand;
import org.platformforge.kernel.shell.ShellJson;
import org.platformforge.observability.diagnosis.Threads;

/** {@code forge:threads} */
@Service
@Command(
        scope = "forge",
        name = "threads",
        description = "Shows deadlocks, the busiest threads and requests that do not get on")
public final class ThreadsCommand extends OperatorCommand {
    @Option(name = "--top", description = "How many of the busiest")
    private int top = 10;

    @Option(name = "--seconds", description = "Over how long, 1 to 60")
    private int seconds = 1;

    @Override
    protected void run() throws InterruptedException {
        if (seconds < 1 || seconds > 60) {
            throw PlatformException.invalid("--seconds", "must be 1 to 60");
        }
        Threads.Report report = Threads.look(Duration.ofSeconds(seconds), Math.max(1, top));
        if (wantsJson()) {
            print(ShellJson.text(report));
            return;
        }
        print(report.threads() + " threads, " + report.deadlocked().size() + " deadlocked, "
                + report.stuck().size() + " requests stood still for " + seconds + " s");
        ShellTable busy = table("None was busy", "CPU %", "Thread", "State", "At");
        report.busiest()
                .forEach(one -> busy.addRow().addContent(one.cpuPercent(), one.thread(), one.state(), one.at()));
        busy.print(out());
        report.deadlocked().forEach(stack -> show("Deadlocked", stack));
        report.stuck().forEach(stack -> show("Stands still", stack));
    }

    private void show(String what, Threads.Stack stack) {
        print(what + ": " + stack.thread() + ' ' + stack.state() + ' ' + stack.waitsFor());
        stack.at().forEach(frame -> print("    " + frame));
    }
}
