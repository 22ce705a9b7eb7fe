package org.platformforge.auth.domain.mfa;

import io.nayuki.qrcodegen.QrCode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** A text as QR code in a PNG of black and white pixels. Written without AWT, which a server's JVM need not have. */
final class QrImage {
    /** Light modules around the code, as ISO/IEC 18004 wants. */
    private static final int QUIET = 4;

    private static final int PIXELS = 6;
    /** What every PNG begins with. */
    private static final long SIGNATURE = 0x89504e470d0a1a0aL;

    private QrImage() {}

    static String dataUri(String text) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(text));
    }

    static byte[] png(String text) {
        QrCode code = QrCode.encodeText(text, QrCode.Ecc.MEDIUM);
        int side = (code.size + 2 * QUIET) * PIXELS;
        ByteArrayOutputStream image = new ByteArrayOutputStream();
        try {
            new DataOutputStream(image).writeLong(SIGNATURE);
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream fields = new DataOutputStream(header);
            fields.writeInt(side);
            fields.writeInt(side);
            fields.write(new byte[] {1, 0, 0, 0, 0}); // one bit of grey, deflate, no filter, no interlace
            chunk(image, "IHDR", header.toByteArray());
            chunk(image, "IDAT", pixels(code, side));
            chunk(image, "IEND", new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory
        }
        return image.toByteArray();
    }

    private static byte[] pixels(QrCode code, int side) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(bytes)) {
            for (int y = 0; y < side; y++) {
                byte[] row = new byte[1 + (side + 7) / 8]; // begins with the filter: none
                for (int x = 0; x < side; x++) {
                    if (!code.getModule(x / PIXELS - QUIET, y / PIXELS - QUIET)) {
                        row[1 + x / 8] |= (byte) (0x80 >> (x % 8));
                    }
                }
                deflated.write(row);
            }
        }
        return bytes.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream image, String type, byte[] data) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(data);
        DataOutputStream out = new DataOutputStream(image);
        out.writeInt(data.length);
        out.write(name);
        out.write(data);
        out.writeInt((int) sum.getValue());
    }
}
