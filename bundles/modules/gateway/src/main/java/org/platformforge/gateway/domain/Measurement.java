package org.platformforge.gateway.domain;

import org.HdrHistogram.Histogram;

/**
 * What was measured of a service in one minute.
 *
 * @param epochMinute minutes since 1970-01-01T00:00Z
 * @param part tells measurements of one minute by several gateways apart
 * @param errors answers with a status of 500 or above, those the gateway gave for the application included
 * @param latency microseconds from the arrival of a request to the head of its answer; owned by this object
 */
public record Measurement(
        String tenantId,
        String service,
        String environment,
        long epochMinute,
        String part,
        long requests,
        long errors,
        Histogram latency) {}
