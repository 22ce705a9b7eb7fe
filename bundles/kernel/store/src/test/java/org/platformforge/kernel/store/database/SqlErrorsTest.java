package org.platformforge.kernel.store.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.persistence.PersistenceException;
import org.apache.derby.iapi.error.StandardException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.platformforge.kernel.store.database.SqlErrors.Meaning;

class SqlErrorsTest {
    @ParameterizedTest
    @CsvSource({
        "XSLA0, STORAGE",
        "XSDG1, STORAGE",
        "25502, STORAGE",
        "53100, STORAGE",
        "08006, CONNECTION",
        "XJ040, CONNECTION",
        "40001, CONTENTION",
        "23505, DUPLICATE",
        "XJ001, OTHER",
        "42X05, OTHER"
    })
    void tellsWhatAStateMeansHoweverItIsWrapped(String state, Meaning meaning) {
        SQLException failure = new SQLException("x", state);
        assertThat(SqlErrors.meaning(failure)).isEqualTo(meaning);
        assertThat(SqlErrors.meaning(new PersistenceException(new RuntimeException(failure))))
                .isEqualTo(meaning);
        SQLException first = new SQLException("first", "XJ001");
        first.setNextException(failure);
        assertThat(SqlErrors.meaning(first)).isEqualTo(meaning);
    }

    /** As it comes from the pool when Derby cannot open its database on a full disk. */
    @Test
    void findsTheFullDiskBehindADatabaseThatCannotBeReached() {
        Throwable flush = StandardException.newException("XSLA0.D", new IOException("full"), "log1.dat");
        SQLException boot = new SQLException("Failed to start database", "XJ040", flush);
        SQLException pool = new SQLTransientConnectionException("Connection is not available", "XJ040", boot);
        assertThat(SqlErrors.meaning(pool)).isEqualTo(Meaning.STORAGE);
        assertThat(SqlErrors.mayPass(pool)).isTrue();
    }

    @Test
    void doesNotKnowAFailureOfSomethingElse() {
        assertThat(SqlErrors.meaning(new SQLException("no state"))).isEqualTo(Meaning.OTHER);
        assertThat(SqlErrors.meaning(new IllegalStateException())).isEqualTo(Meaning.OTHER);
        assertThat(SqlErrors.mayPass(new IllegalStateException())).isFalse();
    }
}
