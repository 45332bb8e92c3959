import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import de.bwaldvogel.mongo.bson.Document;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/** Also for questions that ask for more than its fields, as each conditional write does, and for ids in their order. */
final class UniqueIndex extends MemoryUniqueIndex {
  static final Set<String> ID = Set.of("_id");

  /** The documents whose key is one text. */
  private final NavigableMap<String, Integer> positions = new ConcurrentSkipListMap<>();

  UniqueIndex(String name, List<IndexKey> keys, boolean sparse) {
    super(name, keys, sparse);
  }

  @Override
  public boolean canHandle(Document query) {
    return query.keySet().containsAll(keySet()) && super.canHandle(ownPartOf(query));
  }

  @Override
  public Iterable<Integer> getPositions(Document query) {
    return super.getPositions(ownPartOf(query));
  }

  @Override
  protected boolean putKeyPosition(KeyValue keyValue, Integer position) {
    boolean isNew = super.putKeyPosition(keyValue, position);
    if (isNew && keyValue.size() == 1 && keyValue.get(0) instanceof String text) positions.put(text, position);
    return isNew;
  }

  @Override
  protected Integer removeDocument(KeyValue keyValue) {
    if (keyValue.size() == 1 && keyValue.get(0) instanceof String text) positions.remove(text);
    return super.removeDocument(keyValue);
  }

  /** Where to look in the order of the ids, from where the question begins; empty where not every id is a text. */
  Optional<Stream<Integer>> inOrder(Document query, boolean ascending) {
    if (!keySet().equals(ID) || positions.size() != getCount()) return Optional.empty();
    NavigableMap<String, Integer> asked = positions;
    if (query.get("_id") instanceof Document range) {
      if (range.get("$gt") instanceof String after) asked = asked.tailMap(after, false);
      if (range.get("$lt") instanceof String before) asked = asked.headMap(before, false);
    }
    return Optional.of((ascending ? asked : asked.descendingMap()).values().stream());
  }

  private Document ownPartOf(Document query) {
    Document part = new Document();
    for (String key : keys()) part.put(key, query.get(key));
    return part;
  }
}
