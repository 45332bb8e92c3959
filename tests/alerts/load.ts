import {
  accepted,
  AnsweredWithErrors,
  eventually,
  librarian,
  member,
  type Librarian,
  type Reader,
} from '@rentalbook/test-kit';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultySystem } from '../harness/system/faulty-system';

const PAUSE_MS = 250;

/** What valid readers do all the time; errors of a system that is being harmed are counted, not thrown. */
export interface Load {
  /** Goes on in the background until it is paused. */
  resume(): void;
  /** Resolves when nothing is under way any more. */
  pause(): Promise<void>;
  readonly done: number;
  readonly failed: number;
}

const ALL_SUBGRAPHS = `{ myPage { activeCount } books(first: 1) { edges { node { id } } }
  reservation(id: "none") { id } rental(id: "none") { id } }`;

/** Waits until every subgraph serves a reader again: a circuit that opened is closed by the next call alone. */
export async function untilServed(system: FaultySystem): Promise<void> {
  const reader = await member(system, 'load-reader');
  const isServed = async (): Promise<boolean> => (await reader.ask(ALL_SUBGRAPHS)).errors === undefined;
  await eventually(isServed, { what: 'an answer of every subgraph' });
}

export async function startLoad(system: FaultySystem): Promise<Load> {
  const libby: Librarian = await librarian(system, 'load-libby');
  const reader: Reader = await member(system, 'load-reader');
  const bookId = accepted(await libby.addBook('Read all the time', 3)).id;
  let running: Promise<void> | undefined;
  let isOn = false;
  let done = 0;
  let failed = 0;
  let rentalId: string | undefined;

  const steps: readonly (() => Promise<unknown>)[] = [
    () => reader.book(bookId),
    () => reader.page(),
    () => reader.reserve(bookId),
    async () => {
      rentalId = (await reader.rent(bookId)).entity?.id ?? rentalId;
    },
    async () => rentalId !== undefined && (await reader.rental(rentalId)),
    async () => rentalId !== undefined && (await reader.giveBack(rentalId)),
  ];
  const carryOut = async (step: () => Promise<unknown>): Promise<void> => {
    try {
      await step();
      done += 1;
    } catch (error) {
      if (!(error instanceof AnsweredWithErrors || error instanceof TypeError)) throw error;
      failed += 1;
    }
  };
  const loop = async (): Promise<void> => {
    while (isOn)
      for (const step of steps) {
        await carryOut(step);
        await delay(PAUSE_MS);
      }
  };
  return {
    resume() {
      if (isOn) return;
      isOn = true;
      running = loop();
    },
    async pause() {
      isOn = false;
      await running;
    },
    get done() {
      return done;
    },
    get failed() {
      return failed;
    },
  };
}
