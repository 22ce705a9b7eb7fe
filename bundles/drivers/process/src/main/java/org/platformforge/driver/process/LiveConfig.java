package org.platformforge.driver.process;

import java.lang.annotation.Annotation;

/** The configuration as it is now; the folder and the sandbox as they were at the start. Thread-safe. */
final class LiveConfig implements ProcessConfig {
    private final ProcessConfig first;
    private volatile ProcessConfig current;

    LiveConfig(ProcessConfig first) {
        this.first = first;
        this.current = first;
    }

    void change(ProcessConfig changed) {
        current = changed;
    }

    @Override
    public String folder() {
        return first.folder();
    }

    @Override
    public int port_first() {
        return current.port_first();
    }

    @Override
    public int port_last() {
        return current.port_last();
    }

    @Override
    public int start_timeout_seconds() {
        return current.start_timeout_seconds();
    }

    @Override
    public int stop_grace_seconds() {
        return current.stop_grace_seconds();
    }

    @Override
    public long log_bytes() {
        return current.log_bytes();
    }

    @Override
    public int log_files() {
        return current.log_files();
    }

    @Override
    public String[] repository_allowed() {
        return current.repository_allowed();
    }

    @Override
    public String[] repository_mirrors() {
        return current.repository_mirrors();
    }

    @Override
    public int repository_timeout_seconds() {
        return current.repository_timeout_seconds();
    }

    @Override
    public int build_timeout_seconds() {
        return current.build_timeout_seconds();
    }

    @Override
    public int artifact_megabytes() {
        return current.artifact_megabytes();
    }

    @Override
    public String sandbox() {
        return first.sandbox();
    }

    @Override
    public String sandbox_program() {
        return first.sandbox_program();
    }

    @Override
    public String[] sandbox_paths() {
        return first.sandbox_paths();
    }

    @Override
    public String[] sandbox_hidden() {
        return first.sandbox_hidden();
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return ProcessConfig.class;
    }
}
