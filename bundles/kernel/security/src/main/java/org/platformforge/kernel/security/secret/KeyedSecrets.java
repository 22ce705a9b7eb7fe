package org.platformforge.kernel.security.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Modified;
import org.osgi.service.component.annotations.Reference;
import org.platformforge.kernel.api.security.Secrets;
import org.platformforge.kernel.security.config.DataFolder;
import org.platformforge.kernel.security.config.SecurityConfig;

/**
 * {@link Secrets} under the platform's secret key. Sealed text is {@code v1.<key id>.<base64url of nonce and
 * ciphertext>}. A key read at the start stays until the next start.
 */
@Component(configurationPid = SecurityConfig.PID)
public final class KeyedSecrets implements Secrets {
    private static final String VERSION = "v1";
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final List<Master> masters = new ArrayList<>();
    private final SecureRandom random = new SecureRandom();

    @Activate
    public KeyedSecrets(SecurityConfig config, @Reference DataFolder data) throws IOException {
        this(MasterKeys.load(configured(config.secret_key()), data));
    }

    /** The environment is asked too, because this may be active before the configuration file has been read. */
    private static String configured(String key) {
        String environment = System.getenv("FORGE_SECRET_KEY");
        return key.isBlank() && environment != null ? environment : key;
    }

    /** @param keys 32 bytes each; the first seals, all open */
    public KeyedSecrets(List<byte[]> keys) {
        keys.forEach(key -> masters.add(new Master(key)));
    }

    /** Other keys take effect at the next start: what is sealed now is opened by every component that is active now. */
    @Modified
    void modified() {}

    @Override
    public byte[] mac(String purpose, byte[] data) {
        return Hkdf.hmac(masters.get(0).derive("mac:" + purpose), data);
    }

    @Override
    public String seal(String purpose, String context, byte[] plaintext) {
        Master master = masters.get(0);
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] text =
                    cipher(Cipher.ENCRYPT_MODE, master, purpose, context, nonce).doFinal(plaintext);
            byte[] sealed = ByteBuffer.allocate(NONCE + text.length)
                    .put(nonce)
                    .put(text)
                    .array();
            return VERSION + "." + master.id + "." + ENCODER.encodeToString(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM is not available", e);
        }
    }

    @Override
    public byte[] open(String purpose, String context, String sealed) {
        String[] parts = sealed.split("\\.", -1);
        if (parts.length != 3 || !VERSION.equals(parts[0])) {
            throw new IllegalArgumentException("Not a sealed text");
        }
        Master master = masters.stream()
                .filter(candidate -> candidate.id.equals(parts[1]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("Sealed with a secret key that is not here"));
        byte[] bytes = Base64.getUrlDecoder().decode(parts[2]);
        if (bytes.length < NONCE + TAG_BITS / Byte.SIZE) {
            throw new IllegalArgumentException("Not a sealed text");
        }
        byte[] nonce = Arrays.copyOf(bytes, NONCE);
        try {
            return cipher(Cipher.DECRYPT_MODE, master, purpose, context, nonce)
                    .doFinal(bytes, NONCE, bytes.length - NONCE);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("The sealed text was changed, or sealed for something else", e);
        }
    }

    private static Cipher cipher(int mode, Master master, String purpose, String context, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] key = master.derive("seal:" + purpose);
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** One secret key and what is derived from it; purposes are a few constants of the modules. */
    private static final class Master {
        private final byte[] extracted;
        private final String id;
        private final Map<String, byte[]> derived = new ConcurrentHashMap<>();

        Master(byte[] key) {
            extracted = Hkdf.hmac("platform-forge".getBytes(StandardCharsets.UTF_8), key);
            id = HexFormat.of().formatHex(derive("id"), 0, 4);
        }

        byte[] derive(String info) {
            return derived.computeIfAbsent(info, name -> Hkdf.expand(extracted, name));
        }
    }

    /** HKDF-SHA256 (RFC 5869) with one block of output. */
    static final class Hkdf {
        private Hkdf() {}

        static byte[] expand(byte[] extracted, String info) {
            byte[] text = info.getBytes(StandardCharsets.UTF_8);
            return hmac(
                    extracted,
                    ByteBuffer.allocate(text.length + 1).put(text).put((byte) 1).array());
        }

        static byte[] hmac(byte[] key, byte[] data) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                return mac.doFinal(data);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("HmacSHA256 is not available", e);
            }
        }
    }
}
