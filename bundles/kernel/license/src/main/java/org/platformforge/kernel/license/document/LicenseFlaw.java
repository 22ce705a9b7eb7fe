package org.platformforge.kernel.license.document;

/** Why a licence counts for nothing. */
public enum LicenseFlaw {
    /** No JSON of a licence, or of one that contradicts itself. */
    CORRUPTED,
    /** Of a later format than this platform knows; ignoring what it does not know could allow more than was granted. */
    UNSUPPORTED_FORMAT,
    /** Signed with a key this platform does not trust. */
    UNKNOWN_KEY,
    /** Changed after it was signed, or signed with another key than it names. */
    BAD_SIGNATURE,
    /** It begins later than now. */
    NOT_YET_VALID,
    /** Its end and the grace after it are over. */
    EXPIRED,
    /** Given to another installation. */
    WRONG_INSTALLATION,
    /** Older than one that was installed before. */
    DOWNGRADED;

    /** As in answers and output. */
    public String code() {
        return "LICENSE_" + name();
    }
}
