package org.platformforge.extension.verifier;

/**
 * What may be unpacked from one artifact, nested bundles included. Chosen so that the verifier stays under 64 MB: the artifact and
 * the bundles in it are in memory, everything else one entry at a time. Not thread-safe.
 */
final class Budget {
    static final int MAX_ARTIFACT = 16 << 20;
    static final int MAX_NESTED = 20 << 20;
    static final int MAX_ENTRY = 8 << 20;
    static final int MAX_ENTRIES = 10_000;
    static final int MAX_BUNDLES = 32;
    private static final long MAX_UNPACKED = 64L << 20;

    private long unpacked;
    private int entries;

    void entries(int more) throws BadArchiveException {
        entries += more;
        if (more > MAX_ENTRIES || entries > MAX_ENTRIES) {
            throw new BadArchiveException(Code.TOO_LARGE, "", "The artifact has more than " + MAX_ENTRIES + " entries");
        }
    }

    void unpack(String name, long size, int most) throws BadArchiveException {
        if (size > most) {
            throw new BadArchiveException(
                    Code.TOO_LARGE, name, "The entry has " + size + " bytes unpacked, more than " + most);
        }
        unpacked += size;
        if (unpacked > MAX_UNPACKED) {
            throw new BadArchiveException(
                    Code.TOO_LARGE, name, "The artifact has more than " + MAX_UNPACKED + " bytes unpacked");
        }
    }
}
