package org.platformforge.auth.domain.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.platformforge.auth.domain.message.MessageQueue.Claimed;

/** Takes what waits, in the place of the courier. */
public final class Mailbox {
    private static final Pattern TOKEN = Pattern.compile("pfl_[A-Za-z0-9_-]{43}");

    private Mailbox() {}

    /** All that waits, as if it was sent. */
    public static List<Message> take(MessageQueue queue) {
        List<Message> messages = new ArrayList<>();
        for (Optional<Claimed> next = queue.claim(); next.isPresent(); next = queue.claim()) {
            messages.add(next.get().message());
            queue.done(next.get());
        }
        return messages;
    }

    /** The token of the only e-mail to the address that has one. */
    public static String token(MessageQueue queue, String to) {
        List<String> tokens = take(queue).stream()
                .filter(message -> message.channel() == Message.Channel.EMAIL
                        && message.to().equals(to))
                .map(message -> TOKEN.matcher(message.text()))
                .filter(Matcher::find)
                .map(Matcher::group)
                .toList();
        if (tokens.size() != 1) {
            throw new AssertionError("Tokens in the mailbox of " + to + ": " + tokens.size());
        }
        return tokens.get(0);
    }

    public static String tokenIn(Message message) {
        Matcher matcher = TOKEN.matcher(message.text());
        if (!matcher.find()) {
            throw new AssertionError("No token in the mail");
        }
        return matcher.group();
    }
}
