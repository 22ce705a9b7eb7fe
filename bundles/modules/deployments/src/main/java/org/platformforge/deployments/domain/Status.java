package org.platformforge.deployments.domain;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** States of a deployment, document 003; and which may follow which. */
public enum Status {
    PENDING,
    /** Its code is fetched, understood and built. */
    PROVISIONING,
    /** Its instances are started and given traffic. */
    DEPLOYING,
    /** It serves; perhaps while another release of it is on its way. */
    RUNNING,
    /** Nothing of it serves. */
    FAILED,
    STOPPED,
    /** Its engine holds nothing of it any more. */
    DELETED;

    private static final List<Status> WAY = List.of(PENDING, PROVISIONING, DEPLOYING, RUNNING);
    private static final Map<Status, Set<Status>> LEGAL = new EnumMap<>(Map.of(
            PENDING, EnumSet.of(PROVISIONING, FAILED, STOPPED, DELETED),
            PROVISIONING, EnumSet.of(DEPLOYING, FAILED, STOPPED, DELETED),
            DEPLOYING, EnumSet.of(RUNNING, FAILED, STOPPED, DELETED),
            RUNNING, EnumSet.of(FAILED, STOPPED, DELETED),
            FAILED, EnumSet.of(PENDING, STOPPED, DELETED),
            STOPPED, EnumSet.of(PENDING, DELETED),
            DELETED, EnumSet.noneOf(Status.class)));

    public boolean mayBecome(Status next) {
        return LEGAL.get(this).contains(next);
    }

    /** Whether it is on its way to run. */
    public boolean onItsWay() {
        return this == PENDING || this == PROVISIONING || this == DEPLOYING;
    }

    /**
     * The states to this one, itself the last: who looks seldom sees a later one first, and none is left out. Empty when it
     * is there already, or when no legal way leads there.
     */
    List<Status> to(Status next) {
        int from = WAY.indexOf(this);
        int to = WAY.indexOf(next);
        if (from >= 0 && to > from) {
            return WAY.subList(from + 1, to + 1);
        }
        if (from < 0 && to >= 0 && mayBecome(PENDING)) {
            return WAY.subList(0, to + 1); // it was brought back by somebody else
        }
        return mayBecome(next) ? List.of(next) : List.of();
    }
}
