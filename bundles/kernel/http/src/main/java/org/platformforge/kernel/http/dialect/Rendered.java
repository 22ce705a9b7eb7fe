package org.platformforge.kernel.http.dialect;

/** A finished body; the array is not copied and not changed afterwards. */
public record Rendered(String contentType, byte[] body) {}
