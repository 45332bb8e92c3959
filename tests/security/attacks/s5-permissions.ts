import { accepted, librarian, member, anonymous, person, type Person } from '@rentalbook/test-kit';
import { codesOf } from '../../end-to-end/support/answers';
import {
  everyone,
  expectedCodes,
  filledIn,
  operations,
  type OwnedIds,
  type PermittedOperation,
  type Who,
} from '../inputs/permitted-operations';
import type { Attack, AttackedSystem } from '../attack';
import { inParallel } from '../inputs/in-parallel';
import { withinShare, type Share } from '../inputs/within-share';
import { probe } from '../probe';

const OWNER = 's5-owner';
const OWNER_NAME = 'Ophelia Owner';
const OTHERS = 20;
const AT_ONCE = 8;
/** Answers that decide nothing: the caller has too many requests under way, or a service could not answer in time. */
const UNDECIDED = ['OVERLOADED', 'UNAVAILABLE'];
const SHARE: Share<Awaited<ReturnType<Person['ask']>>> = {
  retries: 60,
  // As the Retry-After of a caller who has too many requests under way.
  retryAfterMs: (answer) => (codesOf(answer).some((code) => UNDECIDED.includes(code)) ? 1_000 : undefined),
};

export const permissions: Attack = {
  id: 'S5',
  name: 'role × operation × ownership, and ids of other members',
  full: 'the full matrix and 1,000 ids of others',
  bar: 'no leak, no foreign effect',
  async run(stage) {
    const system = await stage.system();
    const { blame, broken } = probe(system.url);
    const ids = await possessions(system);
    const people = await peopleOf(system);
    const offered = await offeredBy(people.anonymous);
    const matrix = operations.filter(({ field }) => offered.has(field));
    // The owner last: some of what owners may do, ends what they own.
    for (const who of everyone.filter((one) => one !== 'owner' && one !== 'librarian'))
      for (const operation of matrix) {
        const answer = await decided(people[who], filledIn(operation.text, ids));
        const [found, ruled] = [codesOf(answer).join(), expectedCodes(operation.for, who).join()];
        if (found !== ruled) blame('each is let in or turned away by the rule', `${who} ${operation.field}`, found);
      }

    const others = await Promise.all(
      Array.from({ length: OTHERS }, (_, n) => person(system, `s5-other-${String(n)}`, { roles: ['member'] })),
    );
    const foreign = matrix.filter(({ for: permitted, text }) => isAboutOwner(permitted, text));
    const amount = stage.amount({ short: 2 * foreign.length, full: 1_000 });
    await inParallel(Array.from({ length: amount }), AT_ONCE, async (_, n) => {
      const operation = foreign[n % foreign.length];
      const other = n % 8 === 7 ? people.anonymous : others[n % OTHERS];
      if (!operation || !other) return;
      const text = disguised(filledIn(operation.text, ids), n);
      const answer = await decided(other, text);
      const codes = codesOf(answer);
      const isRefused = codes.length > 0 && codes.every((code) => code === 'FORBIDDEN' || code === 'UNAUTHENTICATED');
      if (!isRefused) blame('what is another member’s is refused', text, JSON.stringify(answer));
      if (JSON.stringify(answer).includes(OWNER_NAME)) blame('no leak', text, JSON.stringify(answer));
    });
    const after = await statesOf(people.librarian, ids);
    if (after !== UNTOUCHED) blame('no foreign effect', OWNER, after);
    return {
      amount: `${String((everyone.length - 2) * matrix.length)} of the matrix and ${String(amount)} ids of others`,
      measured: `${String(broken.length)} let in, seen or changed`,
      broken,
    };
  },
};

const decided = (caller: Person, text: string) => withinShare(() => caller.ask(text), SHARE);

const isAboutOwner = (permitted: PermittedOperation['for'], text: string): boolean =>
  permitted.startsWith('owner') && /"(RESERVATION|RENTAL)"/.test(text);

/** The same operation written in another way, which a rule about texts would not recognize. */
function disguised(text: string, n: number): string {
  const renamed = text.replace(/\{ (\w+)\(/, `{ a${String(n % 7)}: $1(`);
  return n % 2 === 0 ? renamed : renamed.replace(/^(mutation )?\{/, '$1{ __typename');
}

/** A reservation that is READY and a rental that is ACTIVE, both of the owner. */
async function possessions(system: AttackedSystem): Promise<OwnedIds> {
  const [owner, libby] = [await member(system, OWNER, OWNER_NAME), await librarian(system, 's5-librarian')];
  const BOOK = accepted(await libby.addBook('Owned', 1)).id;
  accepted(await owner.reserve(BOOK));
  const RENTAL = accepted(await owner.rent(BOOK)).id;
  const RESERVATION = accepted(await owner.reserve(accepted(await libby.addBook('Owned, II', 1)).id)).id;
  return { BOOK, RENTAL, RESERVATION };
}

async function peopleOf(system: AttackedSystem): Promise<Record<Who, Person>> {
  const [owner, other, expired, libby] = await Promise.all([
    member(system, OWNER, OWNER_NAME),
    member(system, 's5-other'),
    person(system, OWNER, { expiresIn: '-1h' }),
    librarian(system, 's5-librarian'),
  ]);
  return { anonymous: anonymous(system), expired, owner, other, librarian: libby };
}

/** The fields that the graph has, known without introspection, which is off in production. */
async function offeredBy(anyone: Person): Promise<ReadonlySet<string>> {
  const offered = new Set<string>();
  for (const { field, text } of operations) {
    const codes = codesOf(await anyone.ask(text));
    if (!codes.includes('GRAPHQL_VALIDATION_FAILED')) offered.add(field);
  }
  return offered;
}

const UNTOUCHED = '{"reservation":{"status":"READY"},"rental":{"status":"ACTIVE"}}';
const statesOf = async (libby: Person, { RESERVATION, RENTAL }: OwnedIds): Promise<string> =>
  JSON.stringify(
    await libby.data('query($r: ID!, $l: ID!) { reservation(id: $r) { status } rental(id: $l) { status } }', {
      r: RESERVATION,
      l: RENTAL,
    }),
  );
