import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.EmptyIndex;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** An index that is not unique, for questions that name one text for its first field. */
final class FirstFieldIndex extends EmptyIndex<Integer> {
  private final Map<String, Map<Object, Integer>> positionsById = new ConcurrentHashMap<>();
  private final String field;

  FirstFieldIndex(String name, List<IndexKey> keys) {
    super(name, keys);
    field = keys.get(0).getKey();
  }

  @Override
  public boolean canHandle(Document query) {
    return query.get(field) instanceof String;
  }

  @Override
  public Iterable<Integer> getPositions(Document query) {
    return new TreeSet<>(positionsById.getOrDefault((String) query.get(field), Map.of()).values());
  }

  @Override
  public void add(Document document, Integer position, MongoCollection<Integer> collection) {
    Object id = document.get("_id");
    textsOf(document)
        .forEach(text -> positionsById.computeIfAbsent(text, any -> new ConcurrentHashMap<>()).put(id, position));
  }

  @Override
  public Integer remove(Document document) {
    return textsOf(document)
        .map(text -> positionsById.get(text).remove(document.get("_id")))
        .reduce((one, same) -> one)
        .orElse(null);
  }

  @Override
  public void updateInPlace(
      Document oldDocument, Document newDocument, Integer position, MongoCollection<Integer> collection) {
    remove(oldDocument);
    add(newDocument, position, collection);
  }

  @Override
  public long getCount() {
    return positionsById.values().stream().mapToLong(Map::size).sum();
  }

  private Stream<String> textsOf(Document document) {
    Object value = Utils.getSubdocumentValueCollectionAware(document, field);
    Stream<?> values = value instanceof Collection<?> several ? several.stream() : Stream.of(value);
    return values.filter(String.class::isInstance).map(String.class::cast).distinct();
  }
}
