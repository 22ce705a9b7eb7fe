package org.platformforge.pipelines.trigger;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** GitHub's {@code X-Hub-Signature-256}: {@code sha256=} and the HMAC of the exact body, in hexadecimal digits. Stateless. */
public final class Signature {
    private static final Pattern FORM = Pattern.compile("sha256=[0-9a-f]{64}");
    private static final String ALGORITHM = "HmacSHA256";

    private Signature() {}

    public static String of(byte[] secret, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret, ALGORITHM));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
        }
    }

    /** Takes the same time however much of it is right. */
    public static boolean matches(String header, byte[] secret, byte[] body) {
        byte[] expected = of(secret, body).getBytes(StandardCharsets.US_ASCII);
        boolean form = header != null && FORM.matcher(header).matches();
        byte[] given = form ? header.getBytes(StandardCharsets.US_ASCII) : new byte[expected.length];
        return MessageDigest.isEqual(expected, given) && form;
    }

    public static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
