package org.platformforge.kernel.derby;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * A file of Derby's transaction log. After 24 bytes of header come records: length, instant (8 bytes), content, length.
 * The records that were written at once follow a record with the number of their bytes and their CRC-32.
 */
final class TransactionLog {
    private static final int HEADER = 24;
    private static final int BEFORE_CONTENT = 12;
    private static final int AFTER_CONTENT = 4;
    private static final int FORMAT_LOG_RECORD = 129;
    private static final int FORMAT_TRANSACTION_ID = 147;
    private static final int CHECKSUM = 453;
    private static final int PURGE = 106;
    private static final int UPDATE = 108;
    private static final int LONG_ID = 0x40;

    private final byte[] content;
    private final ByteBuffer bytes;

    TransactionLog(Path file) throws IOException {
        content = Files.readAllBytes(file);
        bytes = ByteBuffer.wrap(content);
    }

    /** Where the last checkpoint is. @param control {@code log.ctrl}, of a log of one file */
    static int checkpoint(Path control) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(control)).getInt(12);
    }

    /** Where a process may have been killed between the update of an index's first page and the commit of its split. */
    record Cut(int checksum, int end) {}

    /**
     * Every update of a record that directly follows a purge in the same transaction.
     *
     * @param from what was written before it is in the database's other files already
     */
    List<Cut> updatesAfterPurges(int from) {
        List<Cut> found = new ArrayList<>();
        Map<Integer, Integer> last = new HashMap<>();
        int checksum = 0;
        for (int at = HEADER; at + HEADER < content.length && bytes.getInt(at) > 0; at = end(at)) {
            int start = at + BEFORE_CONTENT;
            if (bytes.getShort(start + 4) != FORMAT_TRANSACTION_ID) {
                checksum = isChecksum(at) ? at : checksum;
                continue;
            }
            boolean isLong = (bytes.get(start + 6) & LONG_ID) != 0;
            int transaction = isLong ? bytes.getInt(start + 6) : bytes.getShort(start + 6);
            int operation = bytes.getShort(start + (isLong ? 10 : 8));
            Integer before = last.put(transaction, operation);
            if (at >= from && operation == UPDATE && before != null && before == PURGE) {
                found.add(new Cut(checksum, end(at)));
            }
        }
        return found;
    }

    private int end(int at) {
        return at + BEFORE_CONTENT + bytes.getInt(at) + AFTER_CONTENT;
    }

    private boolean isChecksum(int at) {
        return bytes.getShort(at + BEFORE_CONTENT) == FORMAT_LOG_RECORD
                && bytes.getShort(numbersOfChecksum(at) - 3) == CHECKSUM;
    }

    /** Where a checksum record has the number of bytes and, behind it, their sum. */
    private int numbersOfChecksum(int at) {
        return end(at) - AFTER_CONTENT - 12;
    }

    /** What a process leaves that was killed when nothing behind the cut had been written. */
    byte[] upTo(Cut cut) {
        byte[] left = Arrays.copyOf(Arrays.copyOf(content, cut.end()), cut.end() + 4096);
        int covered = end(cut.checksum());
        CRC32 sum = new CRC32();
        sum.update(left, covered, cut.end() - covered);
        ByteBuffer.wrap(left)
                .putInt(numbersOfChecksum(cut.checksum()), cut.end() - covered)
                .putLong(numbersOfChecksum(cut.checksum()) + 4, sum.getValue());
        return left;
    }
}
