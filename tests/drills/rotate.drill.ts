import { ensureDevelopmentKeys } from '@rentalbook/cli';
import { signingKeyFrom, type SigningKey } from '@rentalbook/service-kit/signing-keys';
import { librarian, member, type Librarian, type Reader } from '@rentalbook/test-kit';
import { signingWith } from '@rentalbook/test-kit/signatures';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { present } from './intruder/forged-identities';
import { SERVICES } from './support/cluster';
import { allGood } from './support/counting';
import { bar, type Drill, type Figures } from './support/drill';
import { goOn, underLoad } from './support/load';
import { applyChange, changeKeys } from './support/mounted-keys';
import { OVERLAY } from './support/overlay';
import { acceptingPlaces, keysInUse, routersKey, signingPlaces } from './support/rotated-keys';
import type { Stage } from './support/stage';

const CALLERS = { readers: 2 };
const SUBGRAPHS = SERVICES.filter((service) => service !== 'gateway');
/** As long as a cursor, and none: that it is none is found out with the secrets. */
const NO_CURSOR = Buffer.alloc(48).toString('base64url');
const EVERY_LIST = `query ($cursor: String) {
  books(first: 1) { edges { node {
    reservations(first: 1, after: $cursor) { pageInfo { hasNextPage } }
    rentals(first: 1, after: $cursor) { pageInfo { hasNextPage } } } } }
  more: books(first: 1, after: $cursor) { pageInfo { hasNextPage } }
  eventTrail(correlationId: "none", first: 1, after: $cursor) { pageInfo { hasNextPage } }
}`;
const A_CURSOR = '{ books(first: 1) { pageInfo { endCursor } } }';
const AFTER = 'query ($cursor: String) { books(first: 1, after: $cursor) { pageInfo { hasNextPage } } }';

/** A reader with two tokens, the second of which is used once the issuer signs with its next key. */
async function twoTokens(
  url: string,
  [older, newer]: readonly [string, string],
  isNew: () => boolean,
  id: string,
): Promise<Reader> {
  const [before, after] = await Promise.all([member({ url, dataDir: older }, id), member({ url, dataDir: newer }, id)]);
  return new Proxy(before, { get: (_target, name) => Reflect.get(isNew() ? after : before, name) as unknown });
}

const routersKeyOf = (folder: string): SigningKey =>
  signingKeyFrom(readFileSync(join(folder, 'keys/production/router.signing-key.pem'), 'utf8'), true);

/** Services read a key when they use it; without the command, all but those that only events and tokens need. */
const query = async (libby: Librarian): Promise<void> => {
  await libby.ask(EVERY_LIST, { cursor: NO_CURSOR });
};
const queryAndSign = async (libby: Librarian): Promise<void> => {
  await query(libby);
  await libby.addBook('The Years', 1, randomUUID());
};

/** Does something with a folder of new keys; afterwards the old ones are in use again. */
async function withNewKeys(stage: Stage, rotate: (fresh: string) => Promise<Figures>): Promise<Figures> {
  const fresh = mkdtempSync(join(tmpdir(), 'rentalbook-rotation-'));
  await ensureDevelopmentKeys(fresh, 'production');
  try {
    return await rotate(fresh);
  } finally {
    rmSync(fresh, { recursive: true });
    const original = keysInUse({ signs: OVERLAY, accepted: [OVERLAY], acceptedForEvents: [OVERLAY] });
    for (const change of original) await applyChange(stage, change);
    await Promise.all(SERVICES.map((service) => stage.cluster.renew(service)));
    await stage.rolledOut();
  }
}

/** Every key and secret is followed by another, in the three steps of docs/upgrading.md, while readers go on. */
async function rotateAll(stage: Stage, fresh: string): Promise<Figures> {
  const { cluster } = stage;
  const url = await stage.routerUrl();
  let isNew = false;
  const stir = async (): Promise<void> => queryAndSign(await librarian({ url, dataDir: isNew ? fresh : OVERLAY }));
  const old = await member({ url, dataDir: OVERLAY }, 'before');
  const { books } = await old.data<{ books: { pageInfo: { endCursor: string } } }>(A_CURSOR);
  const cursor = books.pageInfo.endCursor;
  const containers = async (): Promise<string> =>
    (await Promise.all(SERVICES.map((one) => cluster.containers(one)))).join();
  const before = await containers();
  const both = [OVERLAY, fresh];
  const withTwoTokens: Stage = {
    ...stage,
    reader: (name) => twoTokens(url, [OVERLAY, fresh], () => isNew, `${name}-${randomBytes(4).toString('hex')}`),
  };
  const { tally, commands, audit } = await underLoad(withTwoTokens, CALLERS, async (load) => {
    await changeKeys(
      stage,
      keysInUse({ signs: OVERLAY, accepted: both, acceptedForEvents: both }),
      acceptingPlaces,
      stir,
    );
    await goOn(stage, load);
    await changeKeys(
      stage,
      keysInUse({ signs: fresh, accepted: [...both].reverse(), acceptedForEvents: both }),
      signingPlaces,
      stir,
    );
    isNew = true;
    await goOn(stage, load);
    await changeKeys(
      stage,
      keysInUse({ signs: fresh, accepted: [fresh], acceptedForEvents: both }),
      acceptingPlaces,
      stir,
    );
    await goOn(stage, load);
  });
  allGood(tally);
  bar((await containers()) === before, 'a container was started again');
  const answers = async (folder: string): Promise<string> =>
    (await Promise.all(SUBGRAPHS.map((service) => present(stage, service, signingWith(routersKeyOf(folder)))))).join();
  bar(
    (await answers(OVERLAY)) === '401,401,401,401',
    `the router's old key is answered with ${await answers(OVERLAY)}`,
  );
  bar((await answers(fresh)) === '200,200,200,200', `the router's new key is answered with ${await answers(fresh)}`);
  const codeOf = async (reader: Pick<Reader, 'ask'>): Promise<string> =>
    (await reader.ask(AFTER, { cursor })).errors?.[0]?.extensions?.code ?? 'good';
  const tokenCode = await codeOf(old);
  bar(tokenCode === 'UNAUTHENTICATED', `a token of the issuer's old key is answered with ${tokenCode}`);
  const cursorCode = await codeOf(await member({ url, dataDir: fresh }, 'after'));
  bar(cursorCode === 'BAD_USER_INPUT', `a cursor of the old secret is answered with ${cursorCode}`);
  return {
    'signing keys, cursor secrets and token keys rotated': '4, 4 and 1',
    'containers started again': 0,
    requests: tally.requests,
    'of them commands with a key': commands,
    'good by GraphQL result, %': tally.goodPercent,
    'loans, each exactly once on its page': await audit(),
    'what the old router key, token key and cursor secret are good for': `401, ${tokenCode} and ${cursorCode}`,
  };
}

export const rotate: Drill = {
  name: 'rotate',
  heading: 'Rotation of every key',
  proves:
    'Every signing key, cursor secret and key of tokens is followed by another under load, without a restart and without one failed request.',
  byHand: [
    'kubectl -n rentalbook patch configmap service-keys --patch-file keys-old-and-new.yaml',
    'kubectl -n rentalbook patch secret gateway-keys --patch-file new-key.yaml',
    'kubectl -n rentalbook annotate pods --all keys-changed="$(date)"',
    'kubectl -n rentalbook logs deployment/book | grep "read again"',
  ],
  prove: (stage) => withNewKeys(stage, (fresh) => rotateAll(stage, fresh)),
  control: {
    takenAway: 'with a new key of the router that no subgraph accepts yet',
    prove: (stage) =>
      withNewKeys(stage, async (fresh) => {
        const libby = await stage.librarian();
        const stir = (): Promise<void> => query(libby);
        const { tally } = await underLoad(stage, CALLERS, async (load) => {
          await changeKeys(
            stage,
            [routersKey(fresh)],
            signingPlaces.filter(({ service }) => service === 'gateway'),
            stir,
          );
          await goOn(stage, load);
        });
        allGood(tally);
        return { requests: tally.requests };
      }),
  },
};
