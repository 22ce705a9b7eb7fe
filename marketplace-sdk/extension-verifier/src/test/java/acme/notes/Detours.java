package acme.notes;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.PolymorphicTypeValidator;
import java.io.File;
import java.net.URI;
import java.net.URL;
import java.security.DomainLoadStoreParameter;
import java.security.KeyStore;
import java.security.cert.CertPathValidator;
import java.security.cert.CertStore;
import java.security.cert.CertStoreParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.Spliterator;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.logging.FileHandler;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.ws.rs.client.ClientBuilder;

/** Ways round the rules: by other owners, by libraries, by annotations; and what looks like it and is right. Only read. */
public final class Detours {
    private Detours() {}

    public static final class Bulk {
        public Object run(ConcurrentHashMap<String, Long> map, ToLongFunction<Long> each) {
            return map.reduceValuesToLong(1, each, 0, Long::sum);
        }
    }

    public static final class BulkForEach {
        public void run(ConcurrentHashMap<String, Long> map, BiConsumer<String, Long> each) {
            map.forEach(1, each);
        }
    }

    public static final class BulkByReference {
        public interface Search {
            Object search(long threshold, Function<Object, Object> each);
        }

        public Search run(ConcurrentHashMap<Object, Object> map) {
            return map::searchKeys;
        }
    }

    public static class OwnMap extends ConcurrentHashMap<String, Long> {
        private static final long serialVersionUID = 1L;
    }

    public static final class OwnerMap extends OwnMap {
        private static final long serialVersionUID = 1L;
    }

    /** The byte code names the extension's own class. */
    public static final class BulkOfOwn {
        public Object run(OwnerMap map) {
            return map.reduceValues(1, Long::sum);
        }
    }

    public static final class BulkOfOwnByReference {
        public interface Reduce {
            Long reduce(long threshold, BinaryOperator<Long> each);
        }

        public Object run(OwnerMap map, BinaryOperator<Long> each) {
            Reduce reduce = (threshold, all) -> map.reduceValues(threshold, all::apply);
            return reduce.reduce(1, each);
        }
    }

    /** The byte code names nothing but an interface of the extension's own. */
    public static final class Hidden extends ConcurrentHashMap<String, Long> implements Searchable {
        private static final long serialVersionUID = 1L;
    }

    public interface Searchable {
        <U> U search(long threshold, BiFunction<? super String, ? super Long, ? extends U> each);
    }

    public static final class ParallelSpliterator {
        public Stream<String> run(Spliterator<String> all) {
            return StreamSupport.stream(all, true);
        }
    }

    public static final class MaybeParallelSpliterator {
        public Stream<String> run(Spliterator<String> all, boolean parallel) {
            return StreamSupport.stream(all, parallel || false);
        }
    }

    public static final class SpliteratorByReference {
        public interface Streams {
            Stream<String> stream(Spliterator<String> all, boolean parallel);
        }

        public Streams run() {
            return StreamSupport::stream;
        }
    }

    /** Its package is not that of Collection. */
    public static final class ParallelElsewhere {
        public Object run(CopyOnWriteArrayList<String> list) {
            return list.parallelStream();
        }
    }

    public static final class ParallelView {
        public Object run(ConcurrentHashMap<String, String> map) {
            return map.keySet("").parallelStream();
        }
    }

    public static final class OwnList extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        public Object run() {
            return parallelStream();
        }
    }

    public static class OwnMapper extends JsonMapper {
        private static final long serialVersionUID = 1L;
    }

    public static final class ReadsAFile {
        public Object run(OwnMapper mapper, File file) throws Exception {
            return mapper.readValue(file, String.class);
        }
    }

    public static final class TypesByDefault {
        public Object run(ObjectMapper mapper, PolymorphicTypeValidator all) {
            return mapper.activateDefaultTyping(all);
        }
    }

    @SuppressWarnings("deprecation")
    public static final class TypesByDefaultOfOwn {
        public Object run(OwnMapper mapper) {
            return mapper.enableDefaultTyping();
        }
    }

    public static final class TypesByBuilder {
        public Object run(PolymorphicTypeValidator all) {
            return JsonMapper.builder().activateDefaultTyping(all).build();
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
    public interface TypedByName {}

    public static final class TypedField {
        @JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS)
        public Object value;
    }

    public record TypedComponent(
            @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object value) {}

    public static final class TypedParameter {
        public void setValue(@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS) Object value) {
            // nothing
        }
    }

    @JsonDeserialize(as = Thread.class)
    public interface MakesAThread {}

    public static final class ReadsPrivateFields {
        public Object run(Object any) {
            return new ObjectMapper()
                    .setVisibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
                    .valueToTree(any);
        }
    }

    public static final class CallsByDescription {
        public Object run(BeanDescription bean, Object any) throws Exception {
            return bean.findMethod("close", new Class<?>[0]).callOn(any);
        }
    }

    public static final class GetsByDescription {
        public Object run(BeanDescription bean, Object any) {
            return bean.findAnyGetter().getValue(any);
        }
    }

    public static final class AsksADirectory {
        public Object run(CertStoreParameters server) throws Exception {
            return CertStore.getInstance("LDAP", server);
        }
    }

    public static final class AsksWhoACertificateNames {
        public Object run() throws Exception {
            return CertPathValidator.getInstance("PKIX").getRevocationChecker();
        }
    }

    public static final class LoadsKeysByUrl {
        public void run(KeyStore store) throws Exception {
            store.load(new DomainLoadStoreParameter(URI.create("file:/etc/x"), Map.of()));
        }
    }

    public static final class CallsByClient {
        public Object run() {
            return ClientBuilder.newClient()
                    .target("http://169.254.169.254")
                    .request()
                    .get();
        }
    }

    /** Whose hash has its host's name looked up. */
    public static final class MakesAUrl {
        public Object run(String host) throws Exception {
            return List.of(URI.create("http://" + host).toURL()).hashCode();
        }
    }

    public static final class LogsToAFile {
        public Object run() throws Exception {
            return new FileHandler("/tmp/x");
        }
    }

    /** As the above, but right. */
    public static final class Right {
        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
        @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
        @JsonDeserialize(as = Right.class)
        public interface Shape {}

        public Object maps(ConcurrentHashMap<String, Long> map, OwnMap own, BiConsumer<String, Long> each) {
            map.forEach(each);
            own.forEach(each);
            own.merge("a", 1L, Long::sum);
            return own.keySet().stream().sequential().count();
        }

        public Object streams(Iterable<String> all, OwnList list) {
            return StreamSupport.stream(all.spliterator(), false).count()
                    + list.stream().count();
        }

        public Object json(ObjectMapper mapper, OwnMapper own, byte[] bytes) throws Exception {
            return mapper.readValue("1", Integer.class)
                    + own.readValue(bytes, Integer.class)
                    + own.readTree("{}").toString();
        }

        public Object words() {
            return ResourceBundle.getBundle("acme.notes.words").getString("x");
        }
    }

    /** Members of the extension's own that are called as ones with a rule. */
    public static class Namesakes implements Searchable {
        @Override
        public <U> U search(long threshold, BiFunction<? super String, ? super Long, ? extends U> each) {
            return each.apply("", threshold);
        }

        public Object parallelStream() {
            return this;
        }

        public Object run(MoreNamesakes more) {
            more.readValue(null);
            more.load("x");
            return more.<String>search(1, (key, value) -> key)
                    + more.parallelStream().toString();
        }

        public Object readValue(URL own) {
            return own;
        }

        public void load(String name) {
            // nothing
        }
    }

    public static final class MoreNamesakes extends Namesakes {}
}
