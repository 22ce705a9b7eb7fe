package org.platformforge.auth.domain.message;

/**
 * Something to send.
 *
 * @param id {@code msg_…}; the Message-ID of an e-mail, so that one which was sent twice can be told by it
 * @param to an address, or a number in the form of E.164
 * @param subject of an e-mail, null for an SMS
 */
public record Message(String id, Channel channel, String to, String subject, String text) {
    public enum Channel {
        EMAIL,
        SMS,
        /** Is sent to nobody: the same work is done for an account that does not exist. */
        NONE
    }

    @Override
    public String toString() {
        return id; // the text may hold what opens an account
    }
}
