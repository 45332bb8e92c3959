import { escapeUnprintable } from '@rentalbook/event-contracts';
import { isDiscarded, unreachableIn, type DeadLetter } from '@rentalbook/messaging';
import { runCommand, UsageError } from './command';
import { commandLines } from './command-lines';
import { causes, countOf, eventIn, messageOf, offsetsOf, shownKey, shownValue, titleOf } from './dead-letter-text';
import { enginesInUse } from './engines-in-use';
import { readEnvironment } from './environment';
import { openDeadLetterAdmin, type DeadLetterAdmin } from './dead-letter-admin';
import { idOfDeadLetter, type ParkedKey } from './dead-letter-replay';
import { noopLogger } from './noop-logger';

const HELP = `Shows and settles the messages that a consumer could not apply.

A message that keeps failing parks its key: it and all later messages of that key wait as dead letters, in order, and
every other key goes on.

  npm run dead-letters -- list                           the parked keys, by cause
  npm run dead-letters -- show ID|KEY                    one dead letter, or those of a key
  npm run dead-letters -- replay KEY                     put the dead letters of a key back, in order, and free the key
  npm run dead-letters -- discard ID --reason "…"        give one dead letter up for good

A batch of the topic that no consumer can decode is a dead letter without a key: "list" shows it under (none), with its offsets.
It cannot be put back, only discarded. A key that had an event in it is parked as a gap when its next event arrives.

An ID is CONSUMER/PARTITION/OFFSET of the message; discard also takes PARTITION/OFFSET, for every consumer that parked its key.

  --accept-gap       replay: go on although something of the stream is missing for good
  --consumer NAME    replay, show: only this consumer, when several have parked the key

Works on the system that "npm start" runs, or on the engines that KAFKA_BROKERS and MONGO_URL name.
`;

interface Options {
  readonly consumer: string | undefined;
  readonly acceptGap: boolean;
  readonly reason: string | undefined;
}

type Command = (admin: DeadLetterAdmin, target: string, options: Options) => Promise<void>;
const commands = { list, show, replay, discard } as const satisfies Readonly<Record<string, Command>>;

runCommand(HELP, async (args) => {
  const { command, target, options } = commandLines['dead-letters'](args);

  const settings = readEnvironment();
  const engines = await enginesInUse(settings);
  const admin = await openDeadLetterAdmin({
    ...engines,
    databasePrefix: settings.MONGO_DATABASE_PREFIX,
    log: noopLogger,
  });
  try {
    await commands[command](admin, target, options);
  } catch (error) {
    throw unreachableIn(error, { brokers: engines.brokers.split(',') }) ?? error;
  } finally {
    await admin.close();
  }
});

async function list(admin: DeadLetterAdmin): Promise<void> {
  const keys = await admin.parkedKeys();
  const outboxes = await admin.parkedOutboxes();
  if (keys.length === 0 && outboxes.length === 0) {
    print('No key is parked.');
    return;
  }
  for (const [cause, title] of Object.entries(causes)) {
    const ofCause = keys.filter(({ record }) => record.cause === cause);
    if (ofCause.length === 0) continue;
    print(title);
    for (const { record } of ofCause) {
      print(`  ${shownKey(record.key)}  parked by ${record.consumer} since ${record.firstAt.toISOString()}`);
      print(
        `    ${countOf(record.waiting)}, the first is ${record.consumer}/${String(record.partition)}/${String(record.offset)}: ${record.reason}`,
      );
    }
  }
  if (outboxes.length > 0) print('unsendable: Kafka refused an event of the service for good');
  for (const { service, key, seq, reason, at, waiting } of outboxes) {
    print(`  ${key}  parked by the relay of ${service} since ${at.toISOString()}`);
    print(`    ${String(waiting)} events wait, the first is ${service} #${String(seq)}: ${reason}`);
  }
}

async function show(admin: DeadLetterAdmin, target: string, { consumer }: Options): Promise<void> {
  const all = await admin.deadLetters();
  const deadLetter = all.find((one) => idOfDeadLetter(one) === target);
  if (deadLetter) {
    await showDeadLetter(admin, deadLetter);
    return;
  }
  for (const { record, deadLetters: waiting } of await parkedFor(admin, target, consumer)) {
    print(`${shownKey(record.key)}  parked by ${record.consumer}: ${causes[record.cause]}`);
    for (const one of waiting)
      print(
        `  ${idOfDeadLetter(one)}  ${titleOf(one)}${isDiscarded(record, one.offset) ? '  (discarded)' : ''}: ${one.reason}`,
      );
  }
}

async function showDeadLetter(admin: DeadLetterAdmin, deadLetter: DeadLetter): Promise<void> {
  const record = await admin.recordOf(deadLetter);
  const given = record?.discarded.find(({ offset }) => offset === deadLetter.offset);
  const waits = record?.state === 'parked' && deadLetter.offset > record.drained;
  const fields = {
    id: idOfDeadLetter(deadLetter),
    state: given
      ? `discarded at ${given.at.toISOString()}: ${given.reason}`
      : waits
        ? 'waits'
        : 'settled: it was put back and took effect',
    key: shownKey(deadLetter.key),
    from: `${deadLetter.topic}, partition ${String(deadLetter.partition)}, ${offsetsOf(deadLetter)}`,
    cause: deadLetter.cause,
    reason: deadLetter.reason,
    attempts: String(deadLetter.attempts),
    first: deadLetter.firstAt.toISOString(),
    last: deadLetter.lastAt.toISOString(),
    headers: JSON.stringify(deadLetter.headers),
    value: shownValue(deadLetter),
  };
  for (const [name, value] of Object.entries(fields)) print(`${name.padEnd(9)} ${value}`);
}

async function replay(admin: DeadLetterAdmin, target: string, { consumer, acceptGap }: Options): Promise<void> {
  const failures: string[] = [];
  const refused = (await admin.parkedOutboxes()).filter(({ key }) => key === target);
  for (const outbox of refused) {
    await admin.tryOutboxAgain(outbox);
    print(
      `The relay of ${outbox.service} sends the events of ${target} again; "list" shows it if Kafka still refuses.`,
    );
  }
  if (refused.length > 0) return;
  for (const key of await parkedFor(admin, target, consumer))
    try {
      const settled = await admin.replay(key, acceptGap);
      print(`${countOf(settled)} of ${target} settled for ${key.record.consumer}; the key is free.`);
    } catch (error) {
      // A failure of one consumer does not concern the others.
      if (!(error instanceof UsageError)) throw error;
      failures.push(error.message);
    }
  if (failures.length > 0) throw new UsageError(failures.join('\n'));
}

async function discard(admin: DeadLetterAdmin, target: string, { reason = '' }: Options): Promise<void> {
  const found = (await admin.parkedKeys()).flatMap((key) => {
    const deadLetter = key.deadLetters.find((one) => idOfDeadLetter(one) === target || messageOf(one) === target);
    return deadLetter ? [{ key, deadLetter }] : [];
  });
  if (found.length === 0)
    throw new UsageError(`No dead letter "${target}" waits; "npm run dead-letters -- list" names those that do.`);
  const open = found.filter(({ key, deadLetter }) => !isDiscarded(key.record, deadLetter.offset));
  if (open.length === 0) throw new UsageError(`${target} was discarded before.`);
  for (const { key, deadLetter } of open) await giveUp(admin, key, deadLetter, reason.trim());
}

async function giveUp(admin: DeadLetterAdmin, key: ParkedKey, deadLetter: DeadLetter, reason: string): Promise<void> {
  const record = await admin.discard(key, deadLetter, reason);
  const event = eventIn(deadLetter);
  const id = idOfDeadLetter(deadLetter);
  print(
    event
      ? `${id} is given up: ${titleOf(deadLetter)} never takes effect for ${record.consumer}, whose data lack it for good.`
      : deadLetter.firstOffset !== undefined
        ? `${id} is given up, with every event in its ${offsetsOf(deadLetter)}. Which keys they had is not known; the next event of each is parked as a gap, to be replayed with --accept-gap.`
        : `${id} is given up. It cannot be read, so whether it had a place in a stream is unknown; if it had, the next event of that stream is parked as a gap, to be replayed with --accept-gap.`,
  );
  const left = key.deadLetters.filter(({ offset }) => !isDiscarded(record, offset)).length;
  if (left > 0) {
    print(`${countOf(left)} of the key wait: npm run dead-letters -- replay ${shownKey(record.key)}`);
    return;
  }
  await admin.replay({ ...key, record }, false);
  print(`Nothing else of it waits: ${shownKey(record.key)} is free for ${record.consumer}.`);
}

async function parkedFor(
  admin: DeadLetterAdmin,
  key: string,
  consumer: string | undefined,
): Promise<readonly ParkedKey[]> {
  const found = (await admin.parkedKeys()).filter(
    ({ record }) =>
      [shownKey(record.key), record.key].includes(key) && (consumer === undefined || record.consumer === consumer),
  );
  if (found.length > 0) return found;
  const whose = consumer === undefined ? '' : ` by ${consumer}`;
  throw new UsageError(`"${key}" is not parked${whose}; "npm run dead-letters -- list" names the keys that are.`);
}

const print = (line: string): void => void process.stdout.write(`${escapeUnprintable(line)}\n`);
