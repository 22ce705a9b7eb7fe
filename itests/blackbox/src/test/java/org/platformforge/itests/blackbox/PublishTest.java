package org.platformforge.itests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.platformforge.itests.extensions.Artifact;
import org.platformforge.itests.extensions.ExtensionBuilder;
import org.platformforge.itests.extensions.Hostile;
import org.platformforge.itests.extensions.Shop;

/** What is published is in the catalogue as it was sent; what is wrong with an artifact is told, and nothing is stored of it. */
@Order(7)
@Tag(Tags.ANY_DATABASE)
@ExtendWith(PlatformExtension.class)
class PublishTest {
    private static final String EXTENSIONS = Marketplace.ROOT + "extensions";

    private final Platform platform;
    private Publisher publisher;
    private Marketplace author;
    private String id;

    PublishTest(Platform platform) {
        this.platform = platform;
    }

    @BeforeEach
    void become() {
        publisher = Publisher.untrusted(platform, "author-");
        author = publisher.marketplace();
        id = publisher.id("shop");
    }

    @Test
    void announcesADraftThatOnlyItsPublisherSees() {
        Answer drafted = author.post(
                EXTENSIONS + "/publish",
                Map.of(
                        "name", "Shop",
                        "version", "1.0.0",
                        "description", "Sells.",
                        "category", "other",
                        "manifest", Map.of("id", id, "license", "MIT", "requires", Map.of("api", "[1.0,2)"))));

        assertThat(drafted.status()).as(drafted.toString()).isEqualTo(201);
        assertThat(drafted.data().path("version").path("state").asText()).isEqualTo("draft");
        assertThat(author.get(EXTENSIONS + "/" + id).status()).isEqualTo(200);
        assertThat(Marketplace.register(platform).get(EXTENSIONS + "/" + id).status())
                .isEqualTo(404);
    }

    @Test
    void publishesASignedArtifactAndTellsWhatItIs() {
        Artifact artifact =
                Shop.builder(id, "1.0.0").manifest("changelog: The first.").build();

        Answer published = publisher.offer(artifact);

        assertThat(published.status()).as(published.toString()).isEqualTo(201);
        Marketplace anybody = Marketplace.register(platform);
        JsonNode shown = anybody.get(EXTENSIONS + "/" + id).data();
        assertThat(shown.path("extension").path("compatible").asBoolean()).isTrue();
        assertThat(shown.path("extension").path("publisher").path("trusted").asBoolean())
                .isFalse();
        JsonNode version = shown.path("versions").get(0);
        assertThat(version.path("sha256").asText()).isEqualTo(artifact.sha256());
        assertThat(version.path("signature").asText()).isEqualTo("signed");
        assertThat(version.path("changelog").asText()).isEqualTo("The first.");
        assertThat(version.path("permissions").get(0).asText()).isEqualTo("events:user.login");
    }

    @Test
    void takesTheSameContentTwiceAndOtherContentNever() {
        Artifact artifact = Shop.small(id, "1.0.0").build();
        Artifact other = Shop.small(id, "1.0.0").entry("more.txt", "more").build();
        publisher.offer(artifact);

        Answer same = publisher.offer(artifact);
        Answer changed = publisher.offer(other);

        assertThat(same.status()).as(same.toString()).isEqualTo(200);
        assertThat(same.data().path("created").asBoolean()).isFalse();
        assertThat(changed.status()).as(changed.toString()).isEqualTo(409);
        assertThat(changed.errorCode()).isEqualTo("VERSION_EXISTS");
        assertThat(changed.text()).contains("never changes");
    }

    @Test
    void refusesAnArtifactThatWasChangedAfterItWasSigned() {
        Artifact artifact = Shop.small(id, "1.0.0").build();
        Artifact tampered = Shop.small(id, "1.0.0").entry("evil.txt", "evil").build();

        Answer answer = author.publish(tampered, publisher.signature(artifact));

        assertRefused(answer, "SIGNATURE_INVALID");
        assertThat(author.get(EXTENSIONS + "/" + id).status()).isEqualTo(404);
    }

    @Test
    void refusesASignatureOfSomebodyElse() {
        Artifact artifact = Shop.small(id, "1.0.0").build();
        Publisher other = Publisher.untrusted(platform, "author-");

        assertRefused(author.publish(artifact, other.signature(artifact)), "SIGNATURE_INVALID");
        assertRefused(author.publish(artifact, "not even base64"), "SIGNATURE_INVALID");
    }

    @Test
    void refusesTheNamespaceOfSomebodyElse() {
        Publisher other = Publisher.untrusted(platform, "author-");
        Artifact artifact = Shop.small(other.id("shop"), "1.0.0").build();

        Answer foreign = author.publish(artifact, null);
        Answer nobodys =
                author.publish(Shop.small("nobody-has-this.shop", "1.0.0").build(), null);

        assertThat(foreign.status()).as(foreign.toString()).isEqualTo(403);
        assertThat(findings(foreign)).contains("NAMESPACE_FOREIGN");
        assertRefused(nobodys, "NAMESPACE_UNKNOWN");
    }

    @Test
    void tellsEverythingThatIsWrongWithAManifestAtOnce() {
        Artifact artifact = Shop.small(id, "1.0.0")
                .manifest("licence: MIT")
                .header("DynamicImport-Package", "*")
                .header("Require-Bundle", "org.apache.karaf.shell.core")
                .build();

        Answer answer = author.publish(artifact, null);

        assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
        assertThat(findings(answer)).hasSizeGreaterThanOrEqualTo(3);
        assertThat(answer.text()).contains("licence", "DynamicImport-Package", "Require-Bundle");
    }

    @Test
    void refusesCodeThatReachesForThePlatform() {
        assertTold(Hostile.Unlisted.class, "org.osgi.framework");
        assertTold(Hostile.Wanting.class, "java.lang.Runnable");
        assertTold(Hostile.Threading.class, "threads");
        assertTold(Hostile.Detouring.class, "reduceValues (of java.util.concurrent.ConcurrentHashMap)");
        assertTold(Hostile.Reflecting.class, "reflection");
    }

    private void assertTold(Class<?> type, String word) {
        Answer answer = author.publish(Hostile.builder(id, type).build(), null);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
        assertThat(answer.text()).contains(word);
    }

    @Test
    void refusesBombsAndWhatIsTooLarge() {
        Artifact bomb =
                Shop.small(id, "1.0.0").entry("zeros.txt", new byte[100 << 20]).build();
        Artifact large = new Artifact(id, "1.0.0", noise(17 << 20));
        Artifact garbage = new Artifact(id, "1.0.0", noise(1000));

        Answer bombed = author.publish(bomb, null);
        Answer tooLarge = author.publish(large, null);
        Answer nothing = author.publish(garbage, null);

        assertThat(bomb.bytes()).hasSizeLessThan(1 << 20);
        assertThat(bombed.status()).as(bombed.toString()).isEqualTo(422);
        assertThat(findings(bombed)).contains("TOO_LARGE");
        assertThat(tooLarge.status()).as(tooLarge.toString()).isEqualTo(413);
        assertThat(nothing.status()).as(nothing.toString()).isEqualTo(422);
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 'x');
        return bytes;
    }

    @Test
    void listsNewestFirstAndByWordsAndShowsWhatWasYankedOrWarnedOf() {
        publisher.publish(Shop.small(id, "1.0.0"));
        publisher.publish(Shop.small(id, "1.1.0"));
        String second = publisher.id("zoo");
        publisher.publish(new ExtensionBuilder(second, "1.0.0"));
        Marketplace anybody = Marketplace.register(platform);

        assertThat(ids(anybody, "?sort=newest&limit=2")).containsExactly(second, id);
        assertThat(ids(anybody, "?search=" + publisher.namespace() + "&sort=popular"))
                .containsExactlyInAnyOrder(id, second);
        assertThat(ids(anybody, "?search=" + publisher.namespace() + "&category=security"))
                .isEmpty();
        Answer nonsense = anybody.get(EXTENSIONS + "?category=nonsense");
        assertThat(nonsense.status()).as(nonsense.toString()).isEqualTo(400);
        assertThat(nonsense.errorCode()).isEqualTo("VALIDATION_ERROR");
        assertThat(nonsense.text()).contains("category", "analytics, developer-tools");
        Answer yanked =
                author.post(EXTENSIONS + "/" + id + "/versions/1.1.0/yank", Map.of("reason", "It loses orders"));
        Answer advised = author.post(
                EXTENSIONS + "/" + id + "/advisories",
                Map.of("affected", "[1.0,1.2)", "severity", "high", "summary", "Orders are lost"));

        assertThat(yanked.status()).as(yanked.toString()).isEqualTo(200);
        assertThat(advised.status()).as(advised.toString()).isEqualTo(201);
        JsonNode shown = anybody.get(EXTENSIONS + "/" + id).data();
        assertThat(shown.path("extension").path("version").asText()).isEqualTo("1.0.0");
        assertThat(shown.path("versions").get(0).path("state").asText()).isEqualTo("yanked");
        assertThat(shown.path("versions").get(0).path("yank_reason").asText()).isEqualTo("It loses orders");
        assertThat(shown.path("advisories").get(0).path("severity").asText()).isEqualTo("high");
        assertThat(anybody.post(EXTENSIONS + "/" + id + "/versions/1.0.0/yank", Map.of("reason", "Mine"))
                        .status())
                .isEqualTo(403);
    }

    private static List<String> ids(Marketplace reader, String query) {
        return reader.get(EXTENSIONS + query).data().path("extensions").findValuesAsText("id");
    }

    private static void assertRefused(Answer answer, String code) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
        assertThat(answer.errorCode()).isEqualTo("EXTENSION_REFUSED");
        assertThat(findings(answer)).contains(code);
    }

    private static List<String> findings(Answer answer) {
        return answer.json().path("error").path("details").path("findings").findValuesAsText("code");
    }
}
