package org.platformforge.itests.contract;

import java.time.Duration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.jobs.RecurringTask;

/** What recurs, each run an execution of its name. */
final class RecurringWork {
    private static final Duration PERIOD = Duration.ofMillis(500);

    private RecurringWork() {}

    /** Executes {@code recurring-changes}. */
    @Component
    public static final class Changing implements RecurringTask {
        private final ExecutionResource executions;

        @Activate
        public Changing(@Reference ExecutionResource executions) {
            this.executions = executions;
        }

        @Override
        public String name() {
            return "contract.changing";
        }

        @Override
        public Duration period() {
            return PERIOD;
        }

        @Override
        public void run() {
            executions.count("recurring-changes");
        }
    }

    /** Executes {@code recurring-keeps}, which loses data when it does not run. */
    @Component
    public static final class Keeping implements RecurringTask {
        private final ExecutionResource executions;

        @Activate
        public Keeping(@Reference ExecutionResource executions) {
            this.executions = executions;
        }

        @Override
        public String name() {
            return "contract.keeping";
        }

        @Override
        public Duration period() {
            return PERIOD;
        }

        @Override
        public boolean runsReadOnly() {
            return true;
        }

        @Override
        public void run() {
            executions.count("recurring-keeps");
        }
    }
}
