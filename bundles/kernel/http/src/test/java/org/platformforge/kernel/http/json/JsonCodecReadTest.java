package org.platformforge.kernel.http.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.validation.Valid;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.platformforge.kernel.api.ErrorKind;
import org.platformforge.kernel.api.FieldError;
import org.platformforge.kernel.api.PlatformException;
import org.platformforge.kernel.api.http.Submitted;

class JsonCodecReadTest {
    enum DeploymentType {
        VM,
        LXC
    }

    record Resources(@Min(1) @Max(16) int cores, @NotNull Integer memory, double ratio) {}

    record Item(@NotBlank String itemName, Integer count) {}

    record DeployRequest(
            @NotBlank @Size(min = 3, max = 50) String name,
            DeploymentType deploymentType,
            @Valid Resources resources,
            List<@Valid Item> items,
            Map<String, @Valid Item> byKey,
            List<@Pattern(regexp = "[a-z]+") String> tags,
            Map<String, Object> parameters,
            Instant startAt,
            boolean force) {}

    record Money(BigDecimal amount) {
        Money {
            if (amount != null && amount.signum() < 0) {
                throw PlatformException.invalid("amount", "must not be negative");
            }
        }
    }

    record Fragile(String text) {
        Fragile {
            if (text.isEmpty()) {
                throw new IllegalStateException("secret internals of com.example");
            }
        }
    }

    private final JsonCodec codec = new JsonCodec(JsonLimits.defaults());

    @AfterEach
    void close() {
        codec.close();
    }

    @Test
    void readsAGoodBody() {
        DeployRequest request = read("""
                {"name": "mon-app", "deployment_type": "lxc", "resources": {"cores": 2, "memory": 2048, "ratio": 1},
                 "items": [{"item_name": "a"}], "by_key": {"k": {"item_name": "b", "count": null}}, "tags": ["x"],
                 "parameters": {"app_name": "my-app", "deep": {"n": 1.5}}, "start_at": "2024-01-20T12:00:00+02:00"}""");

        assertThat(request.deploymentType()).isEqualTo(DeploymentType.LXC);
        assertThat(request.resources().cores()).isEqualTo(2);
        assertThat(request.startAt()).isEqualTo(Instant.parse("2024-01-20T10:00:00Z"));
        assertThat(request.force()).isFalse();
        assertThat(request.parameters()).containsEntry("app_name", "my-app");
    }

    @Test
    void namesEveryProblemAtOnce() {
        Map<String, String> errors = fields("""
                {"name": "x", "deployment_type": "docker", "color": "red",
                 "resources": {"cores": "two", "ratio": "NaN", "gpu": 1},
                 "items": [{"item_name": "ok"}, {"item_name": "", "colour": 1}, 7],
                 "by_key": {"k": {"item_name": " "}}, "tags": ["ok", "NO", 5], "start_at": 1700000000,
                 "force": "yes", "parameters": []}""");

        assertThat(errors.keySet())
                .containsExactlyInAnyOrder(
                        "name",
                        "deployment_type",
                        "color",
                        "resources.cores",
                        "resources.ratio",
                        "resources.gpu",
                        "resources.memory",
                        "items[1].item_name",
                        "items[1].colour",
                        "items[2]",
                        "by_key.k.item_name",
                        "tags[1]",
                        "tags[2]",
                        "start_at",
                        "force",
                        "parameters");
        assertThat(errors)
                .containsEntry("name", "size must be between 3 and 50")
                .containsEntry("deployment_type", "must be one of vm, lxc")
                .containsEntry("color", "is not a known field")
                .containsEntry("resources.cores", "must be a whole number")
                .containsEntry("resources.memory", "must not be null")
                .containsEntry("items[2]", "must be an object")
                .containsEntry("force", "must be true or false")
                .containsEntry("parameters", "must be an object");
    }

    @Test
    void refusesANullAmongTheItemsOfAListAndNamesTheOtherProblemsToo() {
        Map<String, String> errors = fields("""
                {"name": "x", "items": [{"item_name": "ok"}, null], "tags": [null, "NO"]}""");

        assertThat(errors)
                .containsOnlyKeys("name", "items[1]", "tags[0]", "tags[1]")
                .containsEntry("items[1]", "must not be null")
                .containsEntry("tags[0]", "must not be null");
    }

    @Test
    void takesANullAmongFreeValues() {
        DeployRequest request = read("""
                {"name": "abc", "parameters": {"list": [null, 1], "none": null}}""");

        assertThat((List<?>) request.parameters().get("list")).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"abc\", \"resources\": {\"cores\": 1.5, \"memory\": 1}}",
                "{\"name\": \"abc\", \"resources\": {\"cores\": 99999999999, \"memory\": 1}}",
                "{\"name\": \"abc\", \"resources\": {\"cores\": true, \"memory\": 1}}",
                "{\"name\": \"abc\", \"resources\": {\"cores\": \"\", \"memory\": 1}}",
                "{\"name\": \"abc\", \"resources\": {\"cores\": {}, \"memory\": 1}}",
                "{\"name\": \"abc\", \"resources\": {\"cores\": [1], \"memory\": 1}}",
                "{\"name\": \"abc\", \"resources\": {\"cores\": 0, \"memory\": 1}}"
            })
    void refusesWhatIsNoWholeNumberInRange(String body) {
        assertThat(fields(body)).containsOnlyKeys("resources.cores");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "true", "1.5", "{}", "[\"abc\"]"})
    void coercesNothingIntoText(String value) {
        assertThat(fields("{\"name\": " + value + "}")).containsOnlyKeys("name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "\"1\"", "\"VMX\"", "\"\"", "{}", "[\"vm\"]"})
    void refusesWhatIsNoConstant(String value) {
        assertThat(fields("{\"name\": \"abc\", \"deployment_type\": " + value + "}"))
                .containsOnlyKeys("deployment_type");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"2024-01-20\"",
                "\"2024-01-20T10:00:00\"",
                "\"\"",
                "1705744800000",
                "\"+999999999-12-31T23:59:59Z\"",
                "\"now\"",
                "[2024,1,20]"
            })
    void refusesInstantsWithoutAZoneOrOutOfRange(String value) {
        assertThat(fields("{\"name\": \"abc\", \"start_at\": " + value + "}")).containsOnlyKeys("start_at");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "{\"name\": \"abc\"",
                "{'name': 'abc'}",
                "{name: \"abc\"}",
                "{\"name\": \"abc\",}",
                "{\"name\": \"abc\"} x",
                "{\"name\": \"abc\"}{}",
                "{\"name\": NaN}",
                "{\"name\": \"abc\" /* c */}",
                "{\"name\": \"a\nb\"}",
                "{\"name\": 01}",
                "{\"name\": .5}",
                "\"\\uZZZZ\"",
                "nul",
                "\ufeff\ufeff{}"
            })
    void answersMalformedWithAPositionAndNothingInternal(String body) {
        PlatformException error = failure(body.getBytes(StandardCharsets.UTF_8), DeployRequest.class);

        assertThat(error.kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(error.getMessage())
                .containsPattern("line \\d+, column \\d+")
                .doesNotContain("Exception", "com.", "org.", "java", "Source", "token", "Request", "abc");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"abc\", \"name\": \"abd\"}",
                "{\"name\": \"abc\", \"n\\u0061me\": \"abd\"}",
                "{\"unknown\": 1, \"name\": \"abc\", \"unknown\": 2}"
            })
    void refusesDuplicateKeys(String body) {
        PlatformException error = failure(body.getBytes(StandardCharsets.UTF_8), DeployRequest.class);

        assertThat(error.kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(error.getMessage()).contains("stands twice");
    }

    @Test
    void namesADuplicateKeyDeepInTheBody() {
        PlatformException error = failure(
                "{\"name\":\"abc\",\"parameters\":{\"list\":[{\"a\":1,\"a\":2}]}}".getBytes(StandardCharsets.UTF_8),
                DeployRequest.class);

        assertThat(error.getMessage()).contains("parameters.list[0].a");
        assertThat(error.details()).containsEntry("field", "parameters.list[0].a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", " ", "\n"})
    void saysThatABodyIsRequired(String body) {
        PlatformException error = failure(body.getBytes(StandardCharsets.UTF_8), DeployRequest.class);

        assertThat(error.kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(error.getMessage()).contains("A request body is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"x\"", "1", "true"})
    void namesNoFieldWhereTheWholeBodyIsSomethingElse(String body) {
        PlatformException error = failure(body.getBytes(StandardCharsets.UTF_8), DeployRequest.class);

        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error.getMessage()).isEqualTo("The request body must be an object");
        assertThat(error.fields()).isEmpty();
    }

    @Test
    void takesAnEmptyBodyAsAnAbsentOptional() {
        Type optional = new TypeReference<Optional<Item>>() {}.getType();

        Optional<Item> none = codec.read(new byte[0], optional);
        Optional<Item> some = codec.read("{\"item_name\":\"x\"}".getBytes(StandardCharsets.UTF_8), optional);

        assertThat(none).isEmpty();
        assertThat(some).contains(new Item("x", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-32", "UTF-32BE"})
    void refusesEveryEncodingButUtf8(String charset) {
        PlatformException error =
                failure("{\"name\": \"abc\"}".getBytes(Charset.forName(charset)), DeployRequest.class);

        assertThat(error.kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(error.getMessage()).contains("UTF-8");
    }

    @Test
    void refusesBytesThatAreNoUtf8() {
        byte[] body = "{\"name\": \"ab\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(failure(body, DeployRequest.class).kind()).isEqualTo(ErrorKind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\ud800", "x\\udc00", "\\ud800\\ud800"})
    void refusesTextNoDatabaseCanStore(String escape) {
        assertThat(fields("{\"name\": \"abc" + escape + "\"}")).containsOnlyKeys("name");
        assertThat(fields("{\"name\": \"abc\", \"parameters\": {\"deep\": [{\"x\": \"" + escape + "\"}]}}"))
                .containsOnlyKeys("parameters.deep[0].x");

        byte[] asName =
                ("{\"name\": \"abc\", \"parameters\": {\"" + escape + "\": 1}}").getBytes(StandardCharsets.UTF_8);
        assertThat(failure(asName, DeployRequest.class).kind().status()).isEqualTo(400);
    }

    @Test
    void acceptsEscapedBackslashesAndSurrogatePairs() {
        assertThat(read("{\"name\": \"a\\\\u0000 \\ud83d\\ude00\"}").name()).isEqualTo("a\\u0000 \ud83d\ude00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e400", "-1E+999999999", "1e-999999999", "1e99999999999999999999"})
    void refusesNumbersThatWouldBecomeInfiniteOrEndless(String number) {
        assertThat(fields("{\"name\": \"abc\", \"parameters\": {\"n\": " + number + "}}"))
                .containsOnlyKeys("parameters.n");
    }

    @Test
    void limitsDepth() {
        String deep = "[".repeat(65) + "]".repeat(65);
        String fits = "[".repeat(60) + "]".repeat(60);

        PlatformException error = failure(
                ("{\"name\":\"abc\",\"parameters\":{\"x\":" + deep + "}}").getBytes(StandardCharsets.UTF_8),
                DeployRequest.class);

        assertThat(error.kind()).isEqualTo(ErrorKind.MALFORMED);
        assertThat(error.getMessage()).contains("64 levels");
        assertThat(read("{\"name\":\"abc\",\"parameters\":{\"x\":" + fits + "}}")
                        .name())
                .isEqualTo("abc");
    }

    @Test
    void survivesAnAbyss() {
        byte[] abyss = "[".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);

        assertThat(failure(abyss, DeployRequest.class).kind()).isIn(ErrorKind.MALFORMED, ErrorKind.VALIDATION);
    }

    @Test
    void limitsTheLengthOfNumbersAndNames() {
        String digits = "9".repeat(100);
        String name = "n".repeat(1000);

        assertThat(failure(
                                ("{\"parameters\":{\"x\":" + digits + "}}").getBytes(StandardCharsets.UTF_8),
                                DeployRequest.class)
                        .kind())
                .isEqualTo(ErrorKind.MALFORMED);
        assertThat(failure(("{\"" + name + "\":1}").getBytes(StandardCharsets.UTF_8), DeployRequest.class)
                        .kind())
                .isEqualTo(ErrorKind.MALFORMED);
    }

    @Test
    void listsABoundedNumberOfProblems() {
        String body =
                IntStream.range(0, 10_000).mapToObj(i -> "\"u" + i + "\":1").collect(Collectors.joining(",", "{", "}"));

        PlatformException error = failure(body.getBytes(StandardCharsets.UTF_8), DeployRequest.class);

        assertThat(error.fields()).hasSize(50);
        assertThat((Integer) error.details().get("further_errors")).isGreaterThan(9_900);
    }

    @Test
    void showsHostileNamesHarmlessly() {
        String field = fields("{\"evil\\u0007\\n" + "x".repeat(240) + "\":1,\"name\":\"abc\"}")
                .keySet()
                .iterator()
                .next();

        assertThat(field).startsWith("evil??xxx").hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void showsWhatARecordRefusesOnPurpose() {
        PlatformException error = failure("{\"amount\": -1}".getBytes(StandardCharsets.UTF_8), Money.class);

        assertThat(error.fields()).containsExactly(new FieldError("amount", "must not be negative"));
    }

    @Test
    void hidesWhatARecordThrowsByAccident() {
        PlatformException error = failure("{\"text\": \"\"}".getBytes(StandardCharsets.UTF_8), Fragile.class);

        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        assertThat(error.fields().toString()).doesNotContain("secret", "example");
    }

    @Test
    void validatesTheElementsOfAListBody() {
        Type list = new TypeReference<List<Item>>() {}.getType();

        PlatformException error =
                failure("[{\"item_name\":\"a\"},{\"item_name\":\"\"}]".getBytes(StandardCharsets.UTF_8), list);

        assertThat(error.fields()).extracting(FieldError::field).containsExactly("[1].item_name");
    }

    @Test
    void speaksEnglishWhateverTheServersLocale() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.FRANCE);
        try (JsonCodec french = new JsonCodec(JsonLimits.defaults())) {
            PlatformException error = catchThrowableOfType(
                    PlatformException.class,
                    () -> french.read("{}".getBytes(StandardCharsets.UTF_8), DeployRequest.class));
            assertThat(error.fields()).containsExactly(new FieldError("name", "must not be blank"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void evaluatesNoExpressionInInput() {
        assertThat(fields("{\"name\": \"${1+1}\", \"tags\": [\"${T(java.lang.Runtime)}\"]}"))
                .containsEntry("tags[0]", "must match \"[a-z]+\"");
    }

    private DeployRequest read(String json) {
        return codec.read(json.getBytes(StandardCharsets.UTF_8), DeployRequest.class);
    }

    private Map<String, String> fields(String json) {
        PlatformException error = failure(json.getBytes(StandardCharsets.UTF_8), DeployRequest.class);
        assertThat(error.kind()).isEqualTo(ErrorKind.VALIDATION);
        return error.fields().stream().collect(Collectors.toMap(FieldError::field, FieldError::message));
    }

    private PlatformException failure(byte[] body, Type type) {
        PlatformException error = catchThrowableOfType(PlatformException.class, () -> codec.read(body, type));
        assertThat(error).isNotNull();
        return error;
    }

    @Test
    void handsOverWhatIsRightOfASubmittedBodyWithAllThatIsWrong() {
        Submitted<DeployRequest> wrong = submitted("""
                {"name": 5, "deployment_type": "lxc", "resources": {"cores": "two", "memory": 2048, "ratio": 1},
                 "items": [{"item_name": "a", "count": 1}, 7], "tags": ["A"]}""");

        assertThat(wrong.problems())
                .extracting(FieldError::field)
                .contains("name", "resources.cores", "items[1]", "tags[0]");
        assertThat(wrong.value().name()).isNull();
        assertThat(wrong.value().deploymentType()).isEqualTo(DeploymentType.LXC);
        assertThat(wrong.value().resources().memory()).isEqualTo(2048);

        Submitted<DeployRequest> right = submitted("{\"name\": \"mon-app\"}");
        assertThat(right.problems()).isEmpty();
        assertThat(right.value().name()).isEqualTo("mon-app");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{", "{\"name\": 1, \"name\": 2}", "\u0000"})
    void refusesASubmittedBodyOfWhichNothingCanBeRead(String body) {
        assertThat(catchThrowableOfType(PlatformException.class, () -> submitted(body)))
                .extracting(PlatformException::kind)
                .isIn(ErrorKind.MALFORMED, ErrorKind.VALIDATION);
    }

    @Test
    void refusesASubmittedBodyWithMoreThatIsWrongThanIsTold() {
        String items = IntStream.range(0, 1000).mapToObj(i -> "7").collect(Collectors.joining(","));

        assertThat(catchThrowableOfType(
                                PlatformException.class,
                                () -> submitted("{\"name\": \"app\", \"items\": [" + items + "]}"))
                        .details())
                .containsKey("further_errors");
    }

    private Submitted<DeployRequest> submitted(String body) {
        return codec.read(
                body.getBytes(StandardCharsets.UTF_8), new TypeReference<Submitted<DeployRequest>>() {}.getType());
    }
}
