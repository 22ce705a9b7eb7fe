package org.platformforge.kernel.extension.wall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.platformforge.kernel.checkpoint.CallEndedError;
import org.platformforge.kernel.checkpoint.Checkpoint;
import org.platformforge.kernel.checkpoint.GuardedThread;

/** What code can do that reaches the checkpoint, as every class of every bundle can. */
class ControlTest {
    private static final Object KEY = new Object();
    private static final Object WORK = new Object();

    private static String[] statics(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()) && Modifier.isPublic(method.getModifiers()))
                .map(Method::getName)
                .toArray(String[]::new);
    }

    @Test
    void offersEverybodyNothingThatControlsOthers() {
        assertThat(statics(Checkpoint.class)).containsExactlyInAnyOrder("pass", "open");
        assertThat(statics(GuardedThread.class)).containsExactly("current");
        assertThat(Checkpoint.Switch.class.getConstructors()).isEmpty();
    }

    @Test
    void stopsNoCodeButThatOfTheSwitch() {
        Checkpoint.Switch other = Checkpoint.open();
        Checkpoint.Switch own = Checkpoint.open();

        own.stop();

        assertThatThrownBy(() -> Checkpoint.pass(own.number())).isInstanceOf(CallEndedError.class);
        assertThatCode(() -> Checkpoint.pass(other.number())).doesNotThrowAnyException();
    }

    @Test
    void endsAndFreesAThreadForTheHolderOfItsKeyAlone() throws Exception {
        int number = Checkpoint.open().number();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Object wrong = new Object();
        FutureTask<Object> inside = new FutureTask<>(() -> {
            GuardedThread own = (GuardedThread) Thread.currentThread();
            own.begin(KEY, WORK);
            assertThat(GuardedThread.current(wrong)).isNull();
            assertThat(GuardedThread.current(KEY)).isSameAs(WORK);
            begun.countDown();
            try {
                ended.await();
            } catch (InterruptedException e) {
                // as it is told to
            }
            // code whose time is over gives itself no more
            assertThatIllegalArgumentException().isThrownBy(() -> own.begin(wrong, WORK));
            assertThatIllegalArgumentException().isThrownBy(() -> own.finish(wrong));
            assertThatThrownBy(() -> Checkpoint.pass(number)).isInstanceOf(CallEndedError.class);
            own.finish(KEY);
            assertThatCode(() -> Checkpoint.pass(number)).doesNotThrowAnyException();
            return null;
        });
        GuardedThread thread = new GuardedThread(KEY, null, inside, "guarded", null);
        thread.start();
        begun.await();

        assertThatIllegalArgumentException().isThrownBy(() -> thread.end(wrong, WORK));
        assertThat(thread.end(KEY, wrong)).isFalse();
        assertThat(thread.end(KEY, WORK)).isTrue();

        inside.get();
        assertThat(GuardedThread.current(KEY)).isNull();
        assertThatIllegalArgumentException().isThrownBy(() -> new GuardedThread(null, null, inside, "x", null));
    }
}
