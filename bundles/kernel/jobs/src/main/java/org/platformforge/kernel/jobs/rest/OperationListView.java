package org.platformforge.kernel.jobs.rest;

import java.util.List;

/**
 * A page of operations, newest first.
 *
 * @param total all that match
 * @param nextCursor null on the last page
 */
public record OperationListView(
        List<OperationView> operations, long total, int limit, int offset, boolean hasMore, String nextCursor) {}
