package org.platformforge.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelShell;
import org.apache.sshd.client.channel.ClientChannel;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.keyverifier.RequiredServerKeyVerifier;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/**
 * The client behind {@code bin/forge shell}: one command, or an interactive session, over SSH to this machine's own
 * instance. It accepts that instance's host key only, so no other process on the port can take its place.
 */
public final class Shell {
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    /** The exit code for "not connected", as ssh has it. */
    private static final int NO_CONNECTION = 255;

    private static final String READS_INPUT = "--password-stdin";

    private Shell() {}

    /** @param args the SSH port, then the command's words; no word opens an interactive session */
    public static void main(String[] args) {
        int exit;
        try {
            exit = run(Integer.parseInt(args[0]), Arrays.asList(args).subList(1, args.length));
        } catch (IOException | GeneralSecurityException e) {
            System.err.println("forge: the console does not answer: " + e.getMessage());
            exit = NO_CONNECTION;
        }
        System.exit(exit);
    }

    private static int run(int port, List<String> words) throws IOException, GeneralSecurityException {
        Path keys = Path.of(System.getProperty("forge.data"), SshKeys.FOLDER);
        try (SshClient client = SshClient.setUpDefaultClient()) {
            client.setServerKeyVerifier(
                    new RequiredServerKeyVerifier(publicKey(keys.resolve(SshKeys.HOST_PUBLIC_KEY))));
            client.start();
            try (ClientSession session = client.connect(SshKeys.USER, "127.0.0.1", port)
                    .verify(PATIENCE)
                    .getSession()) {
                session.addPublicKeyIdentity(localKey(keys));
                session.auth().verify(PATIENCE);
                return words.isEmpty() ? interactive(session) : execute(session, line(words), input(words));
            }
        }
    }

    /**
     * The words as one line of the console, each of them one argument again, as the caller's own shell had it. A single
     * word is a line already; separators of commands stay what they are.
     */
    static String line(List<String> words) {
        return words.size() == 1
                ? words.get(0)
                : words.stream().map(Shell::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        if (word.matches("[\\w./:=@%+,-]+|[|;]")) {
            return word;
        }
        return word.indexOf('\'') < 0 ? '\'' + word + '\'' : '"' + word.replaceAll("([\"$\\\\])", "\\\\$1") + '"';
    }

    /** Nothing, unless the command says that it reads it: the loop of a script would be left without its own. */
    private static InputStream input(List<String> words) {
        return words.contains(READS_INPUT) ? System.in : InputStream.nullInputStream();
    }

    private static int execute(ClientSession session, String command, InputStream input) throws IOException {
        try (ClientChannel channel = session.createExecChannel(command)) {
            channel.setIn(input);
            return converse(channel);
        }
    }

    private static int interactive(ClientSession session) throws IOException {
        try (ChannelShell channel = session.createShellChannel()) {
            channel.setPtyType(System.getenv().getOrDefault("TERM", "dumb"));
            String size = System.getenv("FORGE_TERMINAL");
            if (size != null) {
                String[] parts = size.split("x");
                channel.setPtyLines(Integer.parseInt(parts[0]));
                channel.setPtyColumns(Integer.parseInt(parts[1]));
            }
            channel.setIn(System.in);
            return converse(channel);
        }
    }

    private static int converse(ClientChannel channel) throws IOException {
        channel.setOut(System.out);
        channel.setErr(System.err);
        channel.open().verify(PATIENCE);
        channel.waitFor(EnumSet.of(ClientChannelEvent.CLOSED), 0L);
        System.out.flush();
        Integer status = channel.getExitStatus();
        return status == null ? NO_CONNECTION : status;
    }

    private static KeyPair localKey(Path keys) throws IOException, GeneralSecurityException {
        return new KeyPair(
                publicKey(keys.resolve(SshKeys.LOCAL_PUBLIC_KEY)), privateKey(keys.resolve(SshKeys.LOCAL_KEY)));
    }

    private static PublicKey publicKey(Path file) throws IOException, GeneralSecurityException {
        return PublicKeyEntry.parsePublicKeyEntry(Files.readString(file).trim()).resolvePublicKey(null, null, null);
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        String body = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }
}
