package org.platformforge.kernel.store.audit;

/** A record in its place in the tenant's chain, as the table has it: whether it fits is another question. */
record ChainedRow(Row row, long sequence, String keyId, String previousHash, String hash, String mac) {
    String canonical() {
        return row.canonical(sequence, previousHash, keyId);
    }
}
