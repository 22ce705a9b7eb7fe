package org.platformforge.launcher.upgrade;

/** Why something is not done, in words for the operator. Whatever throws it says in them what has been changed, if anything. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refusal(String message) {
        super(message);
    }
}
