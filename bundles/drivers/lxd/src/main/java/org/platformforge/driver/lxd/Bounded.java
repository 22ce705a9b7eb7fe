package org.platformforge.driver.lxd;

import java.io.IOException;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** Bodies that end, at the latest, where they become too large. */
final class Bounded implements BodyHandler<byte[]> {
    private final long most;

    Bounded(long most) {
        this.most = most;
    }

    @Override
    public BodySubscriber<byte[]> apply(ResponseInfo info) {
        return limited(BodySubscribers.ofByteArray(), most);
    }

    static <T> BodySubscriber<T> limited(BodySubscriber<T> inner, long most) {
        return new Limited<>(inner, most);
    }

    static final class TooLarge extends IOException {
        private static final long serialVersionUID = 1L;

        TooLarge(long most) {
            super("the server's answer is larger than " + most + " bytes");
        }
    }

    private static final class Limited<T> implements BodySubscriber<T> {
        private final BodySubscriber<T> inner;
        private final long most;
        private Subscription subscription;
        private long seen;
        private boolean over;

        Limited(BodySubscriber<T> inner, long most) {
            this.inner = inner;
            this.most = most;
        }

        @Override
        public CompletionStage<T> getBody() {
            return inner.getBody();
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            inner.onSubscribe(given);
        }

        @Override
        public void onNext(List<ByteBuffer> part) {
            if (over) {
                return;
            }
            for (ByteBuffer buffer : part) {
                seen += buffer.remaining();
            }
            if (seen > most) {
                over = true;
                subscription.cancel();
                inner.onError(new TooLarge(most));
            } else {
                inner.onNext(part);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (!over) {
                inner.onError(failure);
            }
        }

        @Override
        public void onComplete() {
            if (!over) {
                inner.onComplete();
            }
        }
    }
}
