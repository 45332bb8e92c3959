import { writeFeatures } from './mongo-writes.features';
import { readFeatures } from './mongo-reads.features';
import { documentFeatures } from './mongo-documents.features';
import { useMongo, type MongoEngine } from './mongo-features.support';

/** What every MongoDB that this system runs on has to do, asked by an unmodified driver. */
export function mongoFeatures(name: string, engine: () => Promise<MongoEngine>): void {
  describe(`MongoDB features on ${name}`, () => {
    useMongo(engine);
    writeFeatures();
    readFeatures();
    documentFeatures();
  });
}
