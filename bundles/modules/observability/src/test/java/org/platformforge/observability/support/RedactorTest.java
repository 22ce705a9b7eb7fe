package org.platformforge.observability.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
    private static final String SECRET = "S3cr3t-Value";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "password=S3cr3t-Value",
                "database.password = S3cr3t-Value",
                "{\"password\":\"S3cr3t-Value\",\"x\":1}",
                "{\"client_secret\" : \"S3cr3t-Value\"}",
                "smtp.pwd: S3cr3t-Value",
                "Authorization: Bearer S3cr3t-Value",
                "authorization=Basic S3cr3t-Value",
                "X-Api-Key: S3cr3t-Value",
                "Set-Cookie: sid=S3cr3t-Value; Path=/",
                "--token=S3cr3t-Value",
                "jdbc:postgresql://host/db?user=a&password=S3cr3t-Value&ssl=true",
                "https://user:S3cr3t-Value@host/path",
                "FORGE_SECRET_KEY='S3cr3t-Value'",
                "api_key = \"S3cr3t-Value",
                "secret.access-key=S3cr3t-Value",
            })
    void findsSecretsByTheirNames(String text) {
        assertThat(new Redactor(List.of()).redact(text)).doesNotContain(SECRET).contains(Redactor.GONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "log eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl said",
                "used pft_0123456789abABCDEFGHIJKLMNOPQRSTUVWXYZabcdef012345 today",
                "-----BEGIN PRIVATE KEY-----\nMIIB\nxyz\n-----END PRIVATE KEY-----",
                "-----BEGIN OPENSSH PRIVATE KEY-----\ncut off",
                "AKIAABCDEFGHIJKLMNOP",
                "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            })
    void findsSecretsByTheirForm(String text) {
        assertThat(new Redactor(List.of()).redact(text))
                .contains(Redactor.GONE)
                .doesNotContain("eyJ", "pft_", "MIIB", "cut off", "AKIAA", "ghp_");
    }

    @Test
    void findsKnownSecretsWhereverTheyStandAndHoweverTheyAreWritten(@TempDir Path data) throws Exception {
        Files.createDirectory(data.resolve("keys"));
        Files.writeString(data.resolve("keys/secret.key"), "a2V5LW9mLXRoZS1pbnN0YW5jZQ==\n");
        Files.writeString(
                data.resolve("bootstrap-admin.json"), "{\"email\":\"a@b.example\",\"password\":\"Adm1n/first\"}");
        Redactor redactor = new Redactor(new KnownSecrets()
                .map(Map.of("PWD", "harmless", "token.issuer", "harmless"))
                .map(Map.of(
                        "FORGE_DATABASE_PASSWORD",
                        "p\"w d/1x",
                        "url",
                        "jdbc:x://u:in-the-url@h/d",
                        "plain",
                        "harmless"))
                .files(data)
                .values());

        String clean = redactor.redact("a p\"w d/1x b p\\\"w d/1x c p%22w+d%2F1x d cCJ3IGQvMXg= e in-the-url"
                + " f a2V5LW9mLXRoZS1pbnN0YW5jZQ== g Adm1n/first h a@b.example harmless");

        assertThat(clean).isEqualTo("a *** b *** c *** d *** e *** f *** g *** h a@b.example harmless");
    }

    @Test
    void leavesOrdinaryTextAlone() {
        String text =
                "2026-01-01 INFO [main] Store (kernel.store) req_1 The database is there\n\tat a.b.C.d(C.java:1)\n"
                        + "io.x=1\nthreads = 8\n";

        assertThat(new Redactor(List.of("true", "8", "3600")).redact(text)).isEqualTo(text);
    }

    @Test
    void takesTheLastLinesOfALog(@TempDir Path folder) throws Exception {
        Path log = Files.writeString(folder.resolve("a.log"), "one\ntwo\nthree\n");

        assertThat(LogTail.of(log, 2)).isEqualTo("two\nthree\n");
        assertThat(LogTail.of(log, 10)).isEqualTo("one\ntwo\nthree\n");
        assertThat(LogTail.of(Files.writeString(folder.resolve("b.log"), ""), 2))
                .isEmpty();
    }

    @Test
    void findsAShortSecretAsAWordAndLeavesOtherWordsWhole() {
        Redactor redactor = new Redactor(List.of("forge"));

        assertThat(redactor.redact("org.platformforge said forge, (forge) and forged"))
                .isEqualTo("org.platformforge said ***, (***) and forged");
    }
}
