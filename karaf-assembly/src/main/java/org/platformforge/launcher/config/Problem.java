package org.platformforge.launcher.config;

import java.nio.file.Path;

/** @param line from 1; 0 for the file as a whole; @param fatal whether it keeps the platform from doing its work */
record Problem(Path file, int line, boolean fatal, String text) {
    @Override
    public String toString() {
        return file + (line > 0 ? ":" + line : "") + ": " + (fatal ? "error: " : "warning: ") + text;
    }
}
