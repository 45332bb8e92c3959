import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import java.io.IOException;
import java.util.List;

/**
 * Runs one engine: "kafka", with its properties file, or "mongo", which prints the port it chose. The engine ends when
 * its standard input does, and so with the process that started it, however that one ends.
 */
public final class RealEngine {
  /** The oldest server that the MongoDB driver of this repository talks to is 4.2; this one answers as 6.0. */
  private static final MongoVersion MONGODB_6 = new MongoVersion() {
    @Override
    public List<Integer> getVersionArray() {
      return List.of(6, 0, 0, 0);
    }

    @Override
    public int getWireVersion() {
      return 17;
    }

    @Override
    public String toVersionString() {
      return "6.0.0";
    }
  };

  public static void main(String[] arguments) {
    Thread watch = new Thread(RealEngine::haltAtEndOfInput, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    switch (arguments[0]) {
      case "kafka" -> kafka.Kafka.main(new String[] {arguments[1]});
      case "mongo" -> serveMongo();
      default -> throw new IllegalArgumentException(arguments[0] + " is neither kafka nor mongo");
    }
  }

  private static void serveMongo() {
    MongoServer server = new MongoServer(new IndexedBackend().version(MONGODB_6));
    server.bind("127.0.0.1", 0);
    System.out.println(server.getLocalAddress().getPort());
  }

  private static void haltAtEndOfInput() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes; only the end matters.
      }
    } catch (IOException broken) {
      System.err.println("standard input broke: " + broken.getMessage());
    }
    Runtime.getRuntime().halt(0);
  }
}
