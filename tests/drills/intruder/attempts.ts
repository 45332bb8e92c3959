import type { SignatureParts } from '@rentalbook/service-kit/signed-text';
import { signingWith } from '@rentalbook/test-kit/signatures';
import type { Stage } from '../support/stage';
import { present, signingWithSecret } from './forged-identities';
import { overlayKeyOf, type Intrusion } from './intrusion';
import type { Findings } from './orders';
import { NAME_SERVER, places } from './places';

const PREFIX = 'rentalbook-';
const OTHERS = ['reserve', 'rental', 'mypage'] as const;

/** What an attempt may look at. */
export interface Scene {
  readonly stage: Stage;
  readonly book: Intrusion;
  /** What was found inside. */
  readonly findings: Findings;
  /** Whether MyPage shows what each record says, by the attempt. */
  readonly shown: Readonly<Record<RecordName, string>>;
  readonly reached: readonly string[];
}

/** The records that are published from inside. */
export const recordNames = [
  'without a signature',
  'with Book’s signature',
  'with Book’s signature in Reserve’s name',
  'with Reserve’s signature',
] as const;
export type RecordName = (typeof recordNames)[number];

/** One thing that an intruder in a pod of Book tries; the controls among them show that the attempts themselves work. */
export interface Attempt {
  readonly what: string;
  readonly expected: string;
  readonly find: (scene: Scene) => string | Promise<string>;
  /** Without it the attempt is not made: see k8s/components/mongo-standalone-users. */
  readonly needs?: 'users of MongoDB';
}

export const databases = ['book', ...OTHERS].map((service) => `${PREFIX}${service}`);

type Find = Attempt['find'];
const attempt = (what: string, expected: string, find: Find, needs?: Attempt['needs']): Attempt => ({
  ...{ what, expected, find },
  ...(needs && { needs }),
});
const reads =
  (service: string): Find =>
  (scene) =>
    scene.findings.databases[`${PREFIX}${service}`] ?? 'not read';
const reaches =
  (server: string): Find =>
  (scene) =>
    scene.reached.includes(server) ? 'answered' : 'no answer';
const shows =
  (name: RecordName): Find =>
  (scene) =>
    scene.shown[name];
const presents =
  (service: string, sign: (book: Intrusion) => SignatureParts, path?: string): Find =>
  (scene) =>
    present(scene.stage, service, sign(scene.book), path);
const ownKey = ({ key }: Intrusion): SignatureParts => signingWith(key);
const asRouter = ({ key }: Intrusion): SignatureParts => signingWith({ ...key, kid: overlayKeyOf('router').kid });
const ownSecret = ({ cursorSecret }: Intrusion): SignatureParts => signingWithSecret(cursorSecret);
const routersKey = (): SignatureParts => signingWith(overlayKeyOf('router'));
const foreignKeys: Find = async ({ book }) => (await book.foreignKeys()).join(', ') || 'none';
const account: Find = async ({ book }) => ((await book.hasAccount()) ? 'held' : 'none');

/** One line for each attempt, and what has to come of it. */
export const attempts: readonly Attempt[] = [
  attempt('control: reads its own database', 'read', reads('book')),
  ...OTHERS.map((one) => attempt(`reads the database of ${one}`, 'refused', reads(one), 'users of MongoDB')),
  attempt('keys and passwords of other services', 'none', foreignKeys),
  attempt('account of the cluster', 'none', account),
  ...OTHERS.flatMap((one) => [
    attempt(`identity for ${one}, signed with its key`, '401', presents(one, ownKey)),
    attempt(`identity for ${one}, signed under the name of the router’s key`, '401', presents(one, asRouter)),
    attempt(`identity for ${one}, sealed with its secret as by releases before`, '401', presents(one, ownSecret)),
    attempt(`control: identity for ${one}, signed with the router’s key`, '200', presents(one, routersKey)),
  ]),
  attempt('return for Reserve, signed with its key', '401', presents('reserve', ownKey, '/internal/returns')),
  attempt('control: publishes records', 'taken', (scene) => scene.findings.records),
  attempt('event of Reserve without a signature', 'not applied', shows('without a signature')),
  attempt('event of Reserve with Book’s signature', 'not applied', shows('with Book’s signature')),
  attempt(
    'event of Reserve, signed by Book in its name',
    'not applied',
    shows('with Book’s signature in Reserve’s name'),
  ),
  attempt('control: event of Reserve with its signature', 'applied', shows('with Reserve’s signature')),
  ...places.map(({ server, isOpen }) =>
    isOpen
      ? attempt(`control: reaches ${server}`, 'answered', reaches(server))
      : attempt(`reaches ${server}`, 'no answer', reaches(server)),
  ),
  attempt(`reaches ${NAME_SERVER}`, 'no answer', reaches(NAME_SERVER)),
];
