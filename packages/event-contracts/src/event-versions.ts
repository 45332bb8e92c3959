import { z } from 'zod';
import type { Envelope } from './envelope';
import { checked, MalformedEvent } from './malformed-event';

/** An event of any version, as it is stored and published. */
export interface VersionedEvent extends Envelope {
  readonly source: string;
  readonly eventType: string;
  readonly schemaVersion: number;
  readonly data: unknown;
}

/** A version of an event, as `defineEvent` defines it. */
interface Contract<Event extends VersionedEvent = VersionedEvent> extends z.ZodType<Event> {
  readonly shape: { readonly schemaVersion: { readonly value: number } };
}

/** The step from one version of an event to the next. */
export interface VersionStep {
  readonly older: Contract;
  /** The event in the next version. Throws {@link MalformedEvent} when it fits neither. */
  readonly up: (event: VersionedEvent) => VersionedEvent;
  /** The event in the older version, where this release still writes that one. */
  readonly down?: (event: VersionedEvent) => VersionedEvent;
}

/**
 * The upcaster from `older` to `newer`. `down` makes publishers write the older version for one release, until every consumer reads
 * the newer one; the next release removes it.
 */
export function versionStep<Older extends VersionedEvent, Newer extends VersionedEvent>(
  older: Contract<Older>,
  newer: Contract<Newer>,
  data: {
    readonly up: (data: Older['data']) => Newer['data'];
    readonly down?: (data: Newer['data']) => Older['data'];
  },
): VersionStep {
  const { up, down } = data;
  return {
    older,
    up(event) {
      const read = checked(older, event, event.eventType);
      return checked(newer, { ...read, schemaVersion: versionOf(newer), data: up(read.data) }, read.eventType);
    },
    ...(down && {
      down(event) {
        const read = checked(newer, event, event.eventType);
        return checked(older, { ...read, schemaVersion: versionOf(older), data: down(read.data) }, read.eventType);
      },
    }),
  };
}

const versionOf = ({ shape }: Contract): number => shape.schemaVersion.value;
const named = z.object({ eventType: z.string(), schemaVersion: z.int() });

/** The newest version of each event, and of those that have several the steps to it, from version 1 on. */
export function createEventVersions<Event extends VersionedEvent>(
  newest: Readonly<Record<Event['eventType'], Contract>>,
  steps: Readonly<Partial<Record<Event['eventType'], readonly VersionStep[]>>>,
) {
  type EventType = Event['eventType'];
  const isKnown = (name: string): name is EventType => Object.hasOwn(newest, name);
  const stepsOf = (type: EventType): readonly VersionStep[] => steps[type] ?? [];
  for (const type of Object.keys(newest).filter(isKnown)) requireChain(type, newest[type], stepsOf(type));

  /** What the newest contract makes of an event of any version. */
  const read = (type: EventType, json: unknown, schemaVersion: number): Event => {
    const current = versionOf(newest[type]);
    if (schemaVersion > current)
      throw new MalformedEvent(
        `${type} is of version ${String(schemaVersion)}; this service understands up to ${String(current)}.`,
      );
    const path = schemaVersion < 1 ? [] : stepsOf(type).slice(schemaVersion - 1);
    const [first] = path;
    const event = path.reduce(
      (older, { up }) => up(older),
      // Each step checks its version; a version without a step is the newest, or none that ever was.
      checked(first?.older ?? newest[type], json, type),
    );
    return event as Event;
  };

  return {
    isKnown,
    schemaVersionOf: (type: EventType): number => versionOf(newest[type]),
    /** Which version this release stores and publishes. */
    writtenVersionOf: (type: EventType): number => versionOf(newest[type]) - (stepsOf(type).at(-1)?.down ? 1 : 0),
    /** The contract of each version, from version 1 on. */
    contractsOf: (type: EventType): readonly Contract[] => [...stepsOf(type).map(({ older }) => older), newest[type]],

    /** The event in the newest version. Throws {@link MalformedEvent} for anything that does not fit its contract. */
    parse(json: unknown): Event {
      const { eventType, schemaVersion } = checked(named, json, 'The message');
      if (!isKnown(eventType)) throw new MalformedEvent(`There is no event "${eventType.slice(0, 64)}".`);
      return read(eventType, json, schemaVersion);
    },

    /** The newest version of an event that this service, maybe of the release before, has stored. */
    upcast(stored: VersionedEvent): Event {
      if (!isKnown(stored.eventType)) throw new MalformedEvent(`There is no event "${stored.eventType}".`);
      // An event of the newest version was checked when it was stored.
      return stored.schemaVersion === versionOf(newest[stored.eventType])
        ? (stored as Event)
        : read(stored.eventType, stored, stored.schemaVersion);
    },

    /** The version in which this release stores and publishes the event. */
    written(event: Event): VersionedEvent {
      const type: EventType = event.eventType;
      return stepsOf(type).at(-1)?.down?.(event) ?? event;
    },
  };
}

/** A chain with a gap would read an event as one of another version. */
function requireChain(type: string, newest: Contract, steps: readonly VersionStep[]): void {
  const versions = [...steps.map(({ older }) => older), newest].map(versionOf);
  const isChain = versions.every((version, index) => version === index + 1);
  if (!isChain) throw new Error(`The versions of ${type} are ${versions.join(', ')}; each needs a step to the next.`);
}
