import { eventContracts, eventVersions, type EventType } from '@rentalbook/event-contracts';
import { parse, print, printSchema, visit } from 'graphql';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { apiSchemaOf } from '../../router/test/support/api-schema';

/** A schema of JSON Schema, as far as events use it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export interface RecordedEvent {
  readonly source: string;
  /** The fields of the data that equal the message key. */
  readonly key: readonly string[];
  /** The version that is stored and published. */
  readonly written: number;
  /** By version. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** The golden sample of each version. */
  readonly samples: Readonly<Record<string, unknown>>;
}

/** What other releases and clients rely on. */
export interface Contracts {
  /** The SDL of each subgraph and of the public graph, without descriptions, by lines. */
  readonly graph: Readonly<Record<string, readonly string[]>>;
  readonly events: Readonly<Record<string, RecordedEvent>>;
}

/** The graph that clients see; the others are subgraphs. */
export const PUBLIC = 'public';

/** SDL without descriptions, which change without harm. */
export const linesOf = (sdl: string): readonly string[] =>
  print(
    visit(parse(sdl), {
      enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
    }),
  ).split('\n');

interface Sample {
  readonly eventType: string;
  readonly schemaVersion: number;
  readonly key: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** One event as it is recorded. */
export function recordedEvent(
  type: EventType,
  versions: typeof eventVersions,
  samples: readonly Sample[],
): RecordedEvent {
  const own = samples.filter(({ eventType }) => eventType === type);
  const [newest] = own.toSorted((one, other) => other.schemaVersion - one.schemaVersion);
  return {
    source: eventContracts[type].shape.source.value,
    key: Object.entries(newest?.data ?? {}).flatMap(([field, value]) => (value === newest?.key ? [field] : [])),
    written: versions.writtenVersionOf(type),
    schemas: Object.fromEntries(
      versions.contractsOf(type).map((contract, index) => [String(index + 1), z.toJSONSchema(contract)]),
    ),
    samples: Object.fromEntries(own.map((sample) => [String(sample.schemaVersion), sample])),
  };
}

export function samplesIn(root: string): readonly Sample[] {
  const folder = join(root, 'packages/event-contracts/src');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.sample.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Sample);
}

/** The contracts of the sources. */
export function contractsIn(root: string): Contracts {
  const subgraphs = readdirSync(join(root, 'subgraphs')).sort();
  const sdlOf = (name: string): string => readFileSync(join(root, 'subgraphs', name, 'src/schema.graphql'), 'utf8');
  const supergraph = readFileSync(join(root, 'router/supergraph.graphql'), 'utf8');
  const samples = samplesIn(root);
  const types = Object.keys(eventContracts) as EventType[];
  return {
    graph: {
      [PUBLIC]: linesOf(printSchema(apiSchemaOf(supergraph))),
      ...Object.fromEntries(subgraphs.map((name) => [name, linesOf(sdlOf(name))])),
    },
    events: Object.fromEntries(types.map((type) => [type, recordedEvent(type, eventVersions, samples)])),
  };
}
