package org.platformforge.kernel.api.security;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Keyed cryptography for what modules keep at rest, under the platform's secret key ({@code FORGE_SECRET_KEY}, or a file
 * of mode 0600 in the data folder made at the first start). Every purpose gets a key of its own (HKDF, RFC 5869).
 * Thread-safe.
 */
@ProviderType
public interface Secrets {
    /** HMAC-SHA256 over the data, 32 bytes; for tokens and lookup digests. */
    byte[] mac(String purpose, byte[] data);

    /**
     * AES-256-GCM with a fresh nonce.
     *
     * @param context bound as associated data, such as the row's id: the text opens only where it was sealed
     * @return printable text that names the key it was sealed with
     */
    String seal(String purpose, String context, byte[] plaintext);

    /** @throws IllegalArgumentException when the text is not one {@link #seal} made for this purpose and context */
    byte[] open(String purpose, String context, String sealed);
}
