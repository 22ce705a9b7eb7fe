package org.platformforge.itests.benchmarks;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The limit of sign-ins: one Argon2id for each request and nothing else, as many at once as there are processors. */
final class HashPeer extends Handler.Abstract {
    private static final byte[] PASSWORD = "a long enough password".getBytes(StandardCharsets.UTF_8);

    private final Argon2Parameters parameters;
    private final Semaphore lane = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    private HashPeer(int memoryKib, int iterations) {
        parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKib)
                .withIterations(iterations)
                .withParallelism(1)
                .withSalt(new byte[16])
                .build();
    }

    /** @param args memory in KiB, and iterations */
    public static void main(String[] args) throws Exception {
        Jetty12Peer.serve(new HashPeer(Integer.parseInt(args[0]), Integer.parseInt(args[1])));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws InterruptedException {
        byte[] hash = new byte[32];
        lane.acquire();
        try {
            Argon2BytesGenerator generator = new Argon2BytesGenerator();
            generator.init(parameters);
            generator.generateBytes(PASSWORD, hash);
        } finally {
            lane.release();
        }
        Content.Sink.write(response, true, Integer.toString(hash[0]), callback);
        return true;
    }
}
