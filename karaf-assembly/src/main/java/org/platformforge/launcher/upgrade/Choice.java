package org.platformforge.launcher.upgrade;

/** Whose words count where both sides changed the same ones. */
enum Choice {
    /** nobody's yet: conflicts are shown, and nothing is changed */
    ASK,
    /** the operator's ({@code --ours}) */
    OURS,
    /** the ones that come ({@code --theirs}) */
    THEIRS
}
