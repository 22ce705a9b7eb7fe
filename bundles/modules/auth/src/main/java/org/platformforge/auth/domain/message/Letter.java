package org.platformforge.auth.domain.message;

/** The words of an e-mail. What others typed, such as a name, stands in none: mail is not theirs to send. */
public record Letter(String subject, String text) {
    private static final String END = "\n\nIf this was not you, nothing has changed, and you can ignore this mail.\n";

    /** @param how to send the token back */
    public static Letter verification(String how) {
        return new Letter(
                "Confirm your e-mail address",
                "Somebody, most likely you, gave this address for an account.\n\nTo confirm that it is yours, " + how
                        + "\n\nThis is good once, for 24 hours." + END);
    }

    /** @param how to send the token back */
    public static Letter registration(String how) {
        return new Letter(
                "Confirm your registration",
                "Somebody, most likely you, wants to register with this address.\n\nTo go on, " + how
                        + "\n\nas invitation_token, with the registration once more. This is good once, for 24 hours."
                        + END);
    }

    public static Letter registered() {
        return new Letter(
                "You have an account already",
                "Somebody, most likely you, wants to register with this address. It has an account already: sign in, or ask for"
                        + " a new password." + END);
    }

    public static Letter passwordReset(String how) {
        return new Letter(
                "Set a new password",
                "Somebody, most likely you, asked for a new password.\n\nTo set one, " + how
                        + "\n\nThis is good once, for 30 minutes, and ends all sessions." + END);
    }

    public static Letter changeFrom(String to, String how) {
        return new Letter(
                "Confirm the change of your e-mail address",
                "The address of your account is to become " + to + ".\n\nTo agree, " + how
                        + "\n\nThis is good once, for 24 hours. The new address has to confirm it, too." + END);
    }

    public static Letter changeTo(String how) {
        return new Letter(
                "Confirm your new e-mail address",
                "This is to become the address of an account.\n\nTo agree, " + how
                        + "\n\nThis is good once, for 24 hours. The present address has to confirm it, too." + END);
    }

    public static Letter invitation(String how) {
        return new Letter(
                "You are invited",
                "You are invited to join others on a platform.\n\nTo accept, " + how
                        + "\n\nas invitation_token, with this address. This is good once, for 7 days.\n");
    }

    public static Letter code(String code, long minutes) {
        return new Letter(
                "Your code: " + code,
                "Your code is " + code + ".\n\nIt is good once, for " + minutes
                        + " minutes. Nobody from the platform will ever ask you for it.\n");
    }

    /** @param what happened, as a sentence */
    public static Letter notice(String subject, String what) {
        return new Letter(
                subject,
                what + "\n\nIf this was not you, set a new password, end all sessions, and tell your administrator.\n");
    }
}
