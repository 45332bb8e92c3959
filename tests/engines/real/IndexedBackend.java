import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.backend.memory.MemoryCollection;
import de.bwaldvogel.mongo.backend.memory.MemoryDatabase;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * mongo-java-server's memory, searched by index where MongoDB would: by itself it goes through a whole collection for
 * each question but those for exactly the fields of a unique index. What is here only says where to look, and in which
 * order; whether a document fits is decided, as ever, by mongo-java-server, against all that was asked.
 */
final class IndexedBackend extends MemoryBackend {
  private static final Set<String> READING = Set.of("find", "aggregate");

  @Override
  public MemoryDatabase openOrCreateDatabase(String databaseName) {
    return new Database(databaseName, getCursorRegistry());
  }

  private static final class Database extends MemoryDatabase {
    /** What the pipeline that this thread runs asks for first. */
    private final ThreadLocal<Document> firstMatch = new ThreadLocal<>();
    /** Whether this thread carries out a command that only reads. */
    private final ThreadLocal<Boolean> isReading = ThreadLocal.withInitial(() -> false);

    Database(String name, CursorRegistry cursorRegistry) {
      super(name, cursorRegistry);
    }

    @Override
    public Document handleCommand(
        Channel channel, String command, Document query, DatabaseResolver databaseResolver, Oplog oplog) {
      firstMatch.set(firstMatchOf(query));
      isReading.set(READING.contains(command));
      try {
        return super.handleCommand(channel, command, query, databaseResolver, oplog);
      } finally {
        firstMatch.remove();
        isReading.remove();
      }
    }

    @Override
    protected MemoryCollection openOrCreateCollection(String collectionName, CollectionOptions options) {
      return new Searched(this, collectionName, options, cursorRegistry);
    }

    @Override
    protected Index<Integer> openOrCreateUniqueIndex(
        String collectionName, String indexName, List<IndexKey> keys, boolean sparse) {
      return new UniqueIndex(indexName, keys, sparse);
    }

    @Override
    protected Index<Integer> openOrCreateSecondaryIndex(
        String collectionName, String indexName, List<IndexKey> keys, boolean sparse) {
      return new FirstFieldIndex(indexName, keys);
    }

    Optional<Document> takeFirstMatch() {
      Optional<Document> match = Optional.ofNullable(firstMatch.get());
      firstMatch.remove();
      return match;
    }

    /** Null for what is no pipeline or begins with something else; without operators, which may name variables. */
    private static Document firstMatchOf(Document command) {
      if (!(command.get("pipeline") instanceof List<?> stages) || stages.isEmpty()) return null;
      if (!(stages.get(0) instanceof Document stage) || !(stage.get("$match") instanceof Document asked)) return null;
      Document match = asked.clone();
      match.keySet().removeIf(field -> field.startsWith("$"));
      return match;
    }
  }

  private static final class Searched extends MemoryCollection {
    private final Database database;

    Searched(Database database, String name, CollectionOptions options, CursorRegistry cursorRegistry) {
      super(database, name, options, cursorRegistry);
      this.database = database;
    }

    /** A pipeline begins with the whole collection: here with what a question finds, of which $match takes its part. */
    @Override
    public Stream<Document> queryAllAsStream() {
      return database.takeFirstMatch().map(this::handleQueryAsStream).orElseGet(super::queryAllAsStream);
    }

    /** To who only reads, copies: the documents themselves are written to before the answer is on its way. */
    @Override
    protected QueryResult createQueryResult(List<Document> matched, int batchSize) {
      List<Document> result = database.isReading.get() ? matched.stream().map(Document::cloneDeeply).toList() : matched;
      return super.createQueryResult(result, batchSize);
    }

    /** The first so many by their ids are the first that fit; nothing has to be sorted. */
    @Override
    protected QueryResult matchDocuments(
        Document query, Document orderBy, int numberToSkip, int limit, int batchSize, Document fieldSelector) {
      return idsInOrder(query, orderBy, limit)
          .map(positions -> positions.map(this::getDocument))
          .map(found -> matchDocumentsFromStream(query, found, numberToSkip, limit, batchSize, null, fieldSelector))
          .orElseGet(() -> super.matchDocuments(query, orderBy, numberToSkip, limit, batchSize, fieldSelector));
    }

    /** Empty where the question is not for the first so many in the order of their ids. */
    private Optional<Stream<Integer>> idsInOrder(Document query, Document orderBy, int limit) {
      if (limit == 0 || orderBy == null || !orderBy.keySet().equals(UniqueIndex.ID)) return Optional.empty();
      boolean ascending = ((Number) orderBy.get("_id")).intValue() > 0;
      return getIndexes().stream()
          .filter(UniqueIndex.class::isInstance)
          .flatMap(index -> ((UniqueIndex) index).inOrder(query, ascending).stream())
          .findFirst();
    }
  }
}
