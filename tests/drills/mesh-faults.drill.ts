import { AnsweredWithErrors, type Reader } from '@rentalbook/test-kit';
import { randomUUID } from 'node:crypto';
import { allGood, startCounting, type Tally } from './support/counting';
import { bar, type Drill, type Figures } from './support/drill';
import { newShelf } from './support/load';
import { faultsOfEnvoy, lacksMesh, meshWithoutBudget, patchMesh } from './support/mesh';
import { FROM_EVERY_SUBGRAPH, type Stage } from './support/stage';

const READERS = 5;
const BACK_WITHIN_MS = 15_000;

/** A fault that the Envoys of a service's callers put into each call, and what readers are to feel of it. */
interface Fault {
  readonly name: string;
  readonly service: string;
  /** The field of the query that the service resolves. */
  readonly path: 'books' | 'reservation';
  readonly inVirtualService: object;
  readonly envoysCounter: 'delays_injected' | 'aborts_injected';
  readonly answeredWithinMs: number;
}

const percentage = { value: 100 };
/** Longer than the router waits (SUBGRAPH_TIMEOUT_MS), as for a service that hangs; a small machine takes some time for the rest. */
const delay: Fault = {
  name: 'a delay of 5 s of Book',
  service: 'book',
  path: 'books',
  inVirtualService: { delay: { fixedDelay: '5s', percentage } },
  envoysCounter: 'delays_injected',
  answeredWithinMs: 3_000 + 1_000,
};
const abort: Fault = {
  name: 'an abort (503) of Reserve',
  service: 'reserve',
  path: 'reservation',
  inVirtualService: { abort: { httpStatus: 503, percentage } },
  envoysCounter: 'aborts_injected',
  answeredWithinMs: 2_000,
};

const FAULT = '/spec/http/0/fault';
const inject = (stage: Stage, { service, inVirtualService }: Fault): Promise<void> =>
  patchMesh(stage, 'virtualservice', service, [{ op: 'add', path: FAULT, value: inVirtualService }]);
interface Answer {
  /** The errors, as "CODE: message at path"; "good" without one. */
  readonly felt: string;
  /** Whether the fields of the services without a fault have a value. */
  readonly hasRest: boolean;
  readonly tookMs: number;
}

async function ask(reader: Reader, { path }: Fault): Promise<Answer> {
  const startedAt = performance.now();
  const { data, errors = [] } = await reader.ask<Record<string, object | null>>(FROM_EVERY_SUBGRAPH);
  const sentences = errors.map(
    ({ message, path: where = [], extensions }) => `${extensions?.code ?? 'no code'}: ${message} at ${where.join('.')}`,
  );
  const rest = ['books', 'myPage'].filter((field) => field !== path);
  return {
    felt: sentences.join(', ') || 'good',
    hasRest: rest.every((field) => data?.[field] !== null && data?.[field] !== undefined),
    tookMs: performance.now() - startedAt,
  };
}

/** Requests of several readers while nothing is wrong. */
async function served(stage: Stage, readers: readonly Reader[]): Promise<Tally> {
  const counting = startCounting();
  for (let round = 0; round < (stage.short ? 4 : 20); round += 1)
    await Promise.all(readers.map((reader) => counting.of(() => reader.data(FROM_EVERY_SUBGRAPH))));
  const tally = counting.tally();
  allGood(tally);
  return tally;
}

/** Waits until a fault is felt, and lets several readers feel it. */
async function feel(stage: Stage, readers: readonly Reader[], fault: Fault): Promise<Figures> {
  const [first] = readers;
  bar(first !== undefined, 'there is no reader');
  const wanted = `UNAVAILABLE: "${fault.service}" cannot answer right now; try again. at ${fault.path}`;
  const before = await faultsOfEnvoy(stage, fault.envoysCounter);
  let good = 0;
  await stage.until(
    async () => {
      if ((await ask(first, fault)).felt !== 'good') return true;
      good += 1;
      return false;
    },
    {
      withinMs: stage.patienceMs / 2,
      what: () => `an answer that shows ${fault.name} (all of ${String(good)} were good)`,
    },
  );
  const answers: Answer[] = [];
  for (let round = 0; round < (stage.short ? 3 : 10); round += 1)
    answers.push(...(await Promise.all(readers.map((reader) => ask(reader, fault)))));
  const others = [...new Set(answers.map(({ felt }) => felt))].filter((felt) => felt !== wanted);
  bar(others.length === 0, `${fault.name} was felt as ${others.join(' and ')}`);
  bar(
    answers.every(({ hasRest }) => hasRest),
    `${fault.name} took the fields of other services away as well`,
  );
  const slowest = Math.max(...answers.map(({ tookMs }) => tookMs));
  bar(
    slowest <= fault.answeredWithinMs,
    `${fault.name} was felt for ${slowest.toFixed(0)} ms; ${String(fault.answeredWithinMs)} ms is the bar`,
  );
  return {
    [`answers with ${fault.name}`]: answers.length,
    [`felt as, with ${fault.name}`]: wanted,
    [`the slowest with ${fault.name}, ms`]: slowest.toFixed(0),
    [`calls that Envoy put it into (${fault.envoysCounter})`]:
      (await faultsOfEnvoy(stage, fault.envoysCounter)) - before,
  };
}

/** Ends a fault; resolves to the seconds until a good answer. */
async function end(stage: Stage, reader: Reader, fault: Fault): Promise<string> {
  await patchMesh(stage, 'virtualservice', fault.service, [{ op: 'remove', path: FAULT }]);
  const endedAt = performance.now();
  await stage.until(async () => (await ask(reader, fault)).felt === 'good', {
    withinMs: BACK_WITHIN_MS,
    what: `a good answer after ${fault.name}`,
  });
  return ((performance.now() - endedAt) / 1_000).toFixed(1);
}

/** Sends a command that fails; the same with the same key takes effect once, when the fault has ended. */
async function sendAgain(stage: Stage, reader: Reader, bookId: string): Promise<() => Promise<void>> {
  const key = randomUUID();
  const codes = await reader.reserve(bookId, key).then(
    () => ['none'],
    (error: unknown) => {
      if (error instanceof AnsweredWithErrors) return error.codes;
      throw error;
    },
  );
  bar(codes.join() === 'UNAVAILABLE', `a command with ${abort.name} was answered with the code ${codes.join()}`);
  return async () => {
    const send = async (): Promise<string | undefined> => (await reader.reserve(bookId, key)).entity?.id;
    const first = await stage.until(send, { withinMs: BACK_WITHIN_MS, what: 'a command that is sent again' });
    bar((await send()) === first, 'a command took effect twice: its repeat has another id');
    const { entries } = await reader.page();
    bar(entries.length <= 1, `one command made ${String(entries.length)} entries of a page`);
  };
}

/** Lets readers feel each fault, if there is to be one. */
async function tryFaults(stage: Stage, areInjected: boolean): Promise<Figures> {
  const readers = await Promise.all(Array.from({ length: READERS }, () => stage.reader('patient')));
  const [first] = readers;
  bar(first !== undefined, 'there is no reader');
  const bookId = await newShelf(stage);
  const before = await served(stage, readers);

  if (areInjected) await inject(stage, delay);
  const ofDelay = await feel(stage, readers, delay);
  const afterDelay = await end(stage, first, delay);
  if (areInjected) await inject(stage, abort);
  const ofAbort = await feel(stage, readers, abort);
  const finish = await sendAgain(stage, first, bookId);
  const afterAbort = await end(stage, first, abort);
  await finish();
  const after = await served(stage, readers);
  return {
    'good before, %': before.goodPercent,
    ...ofDelay,
    ...ofAbort,
    'from the end of each until a good answer, s': `${afterDelay} and ${afterAbort}`,
    'good afterwards, %': after.goodPercent,
    'effects of a command that was sent during the abort and again with its key': 1,
  };
}

export const meshFaults: Drill = {
  name: 'mesh-faults',
  heading: 'Faults in the mesh (Istio)',
  proves:
    'A delay and an abort that a VirtualService puts into calls are felt as UNAVAILABLE at the fields of that service, in bounded time; other fields are answered.',
  lacks: lacksMesh,
  byHand: [
    `kubectl -n rentalbook patch virtualservice book --type json -p '[{"op":"add","path":"/spec/http/0/fault","value":{"delay":{"fixedDelay":"5s","percentage":{"value":100}}}}]'`,
    'siege -c1 -t10S -v --content-type "application/json" \'http://ENTRANCE/graphql POST {"query":"{ books(first: 5) { edges { node { id } } } }"}\'',
    `kubectl -n rentalbook patch virtualservice book --type json -p '[{"op":"remove","path":"/spec/http/0/fault"}]'`,
    'kubectl -n rentalbook exec deployment/gateway -c istio-proxy -- pilot-agent request GET stats | grep fault',
  ],
  startsFrom: meshWithoutBudget,
  prove: (stage) => tryFaults(stage, true),
  control: {
    takenAway: 'without a fault',
    prove: (stage) => tryFaults(stage, false),
  },
};
