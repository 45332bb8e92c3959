import { freePorts } from '@rentalbook/test-kit';
import { readFileSync } from 'node:fs';
import { certificateOf } from '../harness/certificate';
import { NAMESPACE } from './support/cluster';
import { blockOf, blocksOf, commandBlocks } from './support/document';
import { bar, NotProven, type Drill, type Figures } from './support/drill';
import { clusterObjects, foreignObjects, withForeignNamespace } from './support/foreign-namespace';
import { buildVariant, ofKind } from './support/overlay';
import { createOwned } from './support/ownership';
import { openDesk, type Desk } from './support/shell';
import type { Stage } from './support/stage';

const PAGE = 'docs/deploy.md';
const PRODUCTION = 'docs/production.md';
const APPLIED = /^kubectl apply .*$/m;
/** What the four calls answer, as the page says. */
const STORY = [['READY'], ['ACTIVE', 'REQUESTED'], ['RETURNED']];

const blocks = (heading: string): readonly string[] => blocksOf(PAGE, heading);
const block = (heading: string): string => blockOf(PAGE, heading);

/** The requests of the page, on a port that is free on this machine. */
async function tellStoryOf(desk: Desk, script: string): Promise<void> {
  const [port = 0] = await freePorts(1);
  const output = await desk.run(
    script.replaceAll('8080:8080', `${String(port)}:8080`).replaceAll('localhost:8080', `localhost:${String(port)}`),
  );
  const missing = STORY.filter((statuses) => !statuses.some((status) => output.includes(`"${status}"`)));
  bar(
    missing.length === 0,
    `the four calls answered without ${missing.map((statuses) => statuses.join(' or ')).join(', ')}: ${output.trim().slice(-300)}`,
  );
}

/** Secrets for other engines, none of which a cluster without them needs: they have to be made as the page says. */
async function makeSecrets(stage: Stage, desk: Desk): Promise<number> {
  const { certificate, privateKey } = certificateOf('mongo-0.mongo');
  desk.put('ca.crt', certificate);
  desk.put('tls.crt', certificate);
  desk.put('tls.key', privateKey);
  desk.put('tls.pem', `${certificate}${privateKey}`);
  const https = block('HTTPS').replace('-n istio-system', `-n ${NAMESPACE}`);
  const alternatives = [
    ...blocks('Keys of the services'),
    ...blocks('Users of the replica set'),
    ...blocks('Managed Kafka and MongoDB'),
    https,
    ...blocksOf(PRODUCTION, 'Members’ tokens, and the cache of answers'),
  ];
  let made = 0;
  for (const script of alternatives) {
    await stage.during('making the Secrets of the page', () => desk.run(script));
    made += (await stage.cluster.inside(['get', 'secrets', '--output=name'])).split('\n').filter(Boolean).length;
    await stage.cluster.inside(['delete', 'secrets', '--all']);
  }
  return made;
}

/** Removes the system from a namespace that holds something else as well. */
async function removeBesideOthers(stage: Stage, desk: Desk, script: string): Promise<void> {
  const { cluster } = stage;
  await cluster.inside(['create', 'configmap', 'of-another-team', '--from-literal=key=value']);
  await stage.during('applying and removing', async () => {
    await desk.run(`${APPLIED.exec(block('Deploying'))?.[0] ?? ''}\n${script}`);
  });
  const rest = await cluster.inside(['get', 'deployments,statefulsets,services,secrets,configmaps', '--output=name']);
  const everywhere = await clusterObjects(stage);
  const names = rest.split('\n').filter((name) => name !== '' && !everywhere.has(name));
  bar(names.join() === 'configmap/of-another-team', `a removal that spares the namespace left ${names.join(', ')}`);
  await cluster.inside(['delete', 'configmap', 'of-another-team']);
}

/** Runs every command of the page, with the first requests as `edited` leaves them. */
async function liveFirstDay(stage: Stage, edited: (script: string) => string): Promise<Figures> {
  const { kubectl } = stage.cluster;
  const desk = openDesk(kubectl.context, { builds: !stage.short });
  const own = ofKind(await buildVariant({}), 'Namespace');
  try {
    return await withForeignNamespace(stage, async () => {
      const theirs = await foreignObjects(stage);
      const startedAt = performance.now();
      await stage.during('building and deploying as the page says', () => desk.run(block('Deploying')));
      const deployed = performance.now();
      await stage.during('the first requests of the page', () =>
        tellStoryOf(desk, edited(block('The first requests'))),
      );
      const told = performance.now();
      const [remove = '', removeSparing = ''] = blocks('Removing it');
      await stage.during('removing the system as the page says', () => desk.run(remove));
      bar(
        (await kubectl.find(['get', 'namespace', NAMESPACE])) === undefined,
        `the namespace ${NAMESPACE} is still there`,
      );
      bar((await foreignObjects(stage)) === theirs, 'the removal changed the namespace of another team');
      await createOwned(kubectl, own);
      await removeBesideOthers(stage, desk, removeSparing);
      const secrets = await makeSecrets(stage, desk);
      bar((await foreignObjects(stage)) === theirs, 'the page changed the namespace of another team');
      return {
        'builds, apply and rollout, s': ((deployed - startedAt) / 1_000).toFixed(0),
        'from there until the four calls were answered, s': ((told - deployed) / 1_000).toFixed(0),
        'blocks of commands executed': commandBlocks(readFileSync(PAGE, 'utf8')).length,
        'Secrets made as the page says': secrets,
        'objects of another namespace changed': 0,
      };
    });
  } finally {
    desk.close();
    await stage.during('taking away what is left', async () => {
      if ((await kubectl.find(['get', 'namespace', NAMESPACE])) === undefined) await createOwned(kubectl, own);
    });
  }
}

/** The page without the line that fills the catalogue. */
function withoutSeed(script: string): string {
  const lines = script.split('\n').filter((line) => !line.includes('job seed') && !line.includes('job/seed'));
  if (lines.length === script.split('\n').length) throw new NotProven(`${PAGE} seeds no catalogue`);
  return lines.join('\n');
}

export const firstDay: Drill = {
  name: 'first-day',
  heading: 'The first day',
  proves:
    'Every command of docs/deploy.md works on a cluster from nothing, in its order, and leaves the namespace of another team as it was.',
  byHand: ['# docs/deploy.md'],
  isFromNothing: true,
  prove: (stage) => liveFirstDay(stage, (script) => script),
  control: {
    takenAway: 'without the line that fills the catalogue',
    prove: (stage) => liveFirstDay(stage, withoutSeed),
  },
};
