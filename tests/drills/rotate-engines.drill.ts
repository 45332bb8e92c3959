import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SERVICES } from './support/cluster';
import { allGood } from './support/counting';
import { bar, type Drill, type Figures } from './support/drill';
import { imageHas } from './support/image-probe';
import { goOn, underLoad } from './support/load';
import { applyChange, changeKeys, showKubelet, type Change, type Place } from './support/mounted-keys';
import { OVERLAY } from './support/overlay';
import type { Stage } from './support/stage';

const CALLERS = { readers: 2 };
const SUBGRAPHS = SERVICES.filter((service) => service !== 'gateway');
const USERS = [...SUBGRAPHS, 'operator'];
const ARRIVES_WITHIN_MS = 60_000;
const MONGO = 'mongo-0';
const IMAGE = 'mongo:8.0';
const SCRIPT = '/docker-entrypoint-initdb.d/start.js';
const TAKE_PASSWORDS = ['exec', MONGO, '--', 'mongosh', '--quiet', '--file', SCRIPT];

type Passwords = Readonly<Record<string, string>>;

const inUse = (): Passwords =>
  Object.fromEntries(
    USERS.map((user) => [user, readFileSync(join(OVERLAY, `keys/engines/${user}.password`), 'utf8').trim()]),
  );
const fresh = (): Passwords => Object.fromEntries(USERS.map((user) => [user, randomBytes(32).toString('base64url')]));

/** The Secrets of all users, each with these passwords: MongoDB's pod mounts the same ones as the services. */
const secretsWith = (...passwords: readonly Passwords[]): readonly Change[] =>
  USERS.map((user) => ({
    service: 'mongo',
    volume: user,
    content: { password: passwords.map((of) => of[user] ?? '').join('\n') },
  }));
const places: readonly Place[] = SUBGRAPHS.map((service) => ({ service, path: '/etc/rentalbook/mongo-auth/password' }));
/** A service tries a changed password by itself. */
const stir = (): Promise<void> => Promise.resolve();

/** MongoDB takes the last password of each Secret, once its pod has them. */
async function takePasswords({ cluster, until }: Stage, passwords: Passwords): Promise<void> {
  const mounted = async (user: string): Promise<string> =>
    cluster.inside(['exec', MONGO, '--', 'cat', `/etc/rentalbook/mongo-users/${user}/password`]);
  await until(
    async () => {
      const found = await Promise.all(USERS.map(async (user) => (await mounted(user)).split('\n').at(-1)));
      return USERS.every((user, at) => found[at] === passwords[user]);
    },
    { withinMs: ARRIVES_WITHIN_MS, what: 'the Secrets in the pod of MongoDB' },
  );
  await cluster.inside(TAKE_PASSWORDS);
}

/** The three steps of docs/upgrading.md; `between` follows each. */
async function change(stage: Stage, from: Passwords, to: Passwords, between: () => Promise<void>): Promise<void> {
  await changeKeys(stage, secretsWith(from, to), places, stir);
  await between();
  await takePasswords(stage, to);
  await between();
  await changeKeys(stage, secretsWith(to), places, stir);
  await between();
}

/** Every password is followed by another, and that by the first. */
async function thereAndBack(stage: Stage, before: Passwords, after: Passwords): Promise<Figures> {
  const { cluster } = stage;
  const containers = async (): Promise<string> =>
    (await Promise.all(SUBGRAPHS.map((one) => cluster.containers(one)))).join();
  const running = await containers();
  const { result, tally, commands, audit } = await underLoad(stage, CALLERS, async (load) => {
    await change(stage, before, after, () => goOn(stage, load));
    bar((await containers()) === running, 'a container was started again');
    // Logs in with the new password alone.
    await cluster.renew('book');
    await stage.settled();
    await goOn(stage, load);
    await change(stage, after, before, () => goOn(stage, load));
    return { changes: 2 };
  });
  allGood(tally);
  return {
    'users of MongoDB, each with another password and back': USERS.length,
    'changes of every password': result.changes,
    'containers started again by them': 0,
    requests: tally.requests,
    'of them commands with a key': commands,
    'good by GraphQL result, %': tally.goodPercent,
    'loans, each exactly once on its page': await audit(),
  };
}

/** Does something with other passwords; afterwards those of the overlay are in use, whichever step was the last. */
async function withNewPasswords(
  stage: Stage,
  work: (before: Passwords, after: Passwords) => Promise<Figures>,
): Promise<Figures> {
  const [before, after] = [inUse(), fresh()];
  try {
    return await work(before, after);
  } finally {
    for (const one of secretsWith(after, before)) await applyChange(stage, one);
    await showKubelet(stage);
    await takePasswords(stage, before);
    for (const one of secretsWith(before)) await applyChange(stage, one);
    await showKubelet(stage);
  }
}

export const rotateEngines: Drill = {
  name: 'rotate-engines',
  heading: 'Rotation of the passwords of MongoDB',
  proves:
    'The password of every user of MongoDB is followed by another under load, without a restart and without one failed request.',
  byHand: [
    'cat k8s/components/mongo-standalone-users/kustomization.yaml',
    'kubectl -n rentalbook patch secret mongo-auth-book --patch-file old-and-new-password.yaml',
    'kubectl -n rentalbook annotate pods --all keys-changed="$(date)"',
    'kubectl -n rentalbook logs deployment/book | grep "read again"',
    `kubectl -n rentalbook ${TAKE_PASSWORDS.join(' ')}`,
    'kubectl -n rentalbook patch secret mongo-auth-book --patch-file new-password.yaml',
  ],
  async lacks(cluster) {
    return (await imageHas(cluster, IMAGE, 'mongosh'))
      ? undefined
      : `its image ${IMAGE} has no mongosh, by which MongoDB itself is given passwords`;
  },
  startsFrom: { components: ['mongo-standalone-users'] },
  prove: (stage) => withNewPasswords(stage, (before, after) => thereAndBack(stage, before, after)),
  control: {
    takenAway: 'with new passwords that MongoDB was not given',
    prove: (stage) =>
      withNewPasswords(stage, async (_before, after) => {
        await changeKeys(stage, secretsWith(after), places, stir);
        return {};
      }),
  },
};
