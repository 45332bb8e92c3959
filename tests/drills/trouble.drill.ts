import { readFileSync } from 'node:fs';
import { blockOf, commandsIn } from './support/document';
import { bar, NotProven, type Drill, type Figures } from './support/drill';
import { openDesk, type Desk } from './support/shell';
import type { Stage } from './support/stage';

const PAGE = 'docs/trouble.md';
const ENDS_WITHIN_MS = 60_000;
/** Of a table of the page: the column with what to run, after that of the symptom. */
const LOOK = 1;

/** What the page has an operator run to look at a symptom. */
export function looks(): readonly string[] {
  const cells = readFileSync(PAGE, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| symptom') && !line.startsWith('| ---'))
    .flatMap((line) =>
      line
        .slice(2)
        .split(' | ')
        .slice(LOOK, LOOK + 1),
    );
  return [...new Set(cells.flatMap(commandsIn).filter((command) => command.startsWith('kubectl ')))];
}

/** Commands of docs/deploy.md and docs/upgrading.md that no other drill runs. */
const FURTHER = [
  'kubectl -n rentalbook annotate pods --all policy-changed="$(date)"',
  'kubectl -n rentalbook top pods',
  'kubectl -n rentalbook delete job mongo-initiate --ignore-not-found',
  'kubectl -n rentalbook scale deployment/book --replicas=2',
];

/** Exit code 1 of a diff says that there is a difference. */
const asScript = (command: string): string =>
  command.startsWith('kubectl diff') ? `${command} || [ $? = 1 ]` : command;

/** A container that has ended, so that there is a log of before. */
async function endReserve({ cluster, until, rolledOut }: Stage): Promise<void> {
  const before = await cluster.containers('reserve');
  await cluster.inside(['exec', 'deployment/reserve', '--container=service', '--', 'sh', '-c', 'kill 1']);
  await until(async () => ![before, ''].includes(await cluster.containers('reserve')), {
    withinMs: ENDS_WITHIN_MS,
    what: 'another container of Reserve',
  });
  await rolledOut();
}

async function look(stage: Stage, edited: (command: string) => string): Promise<Figures> {
  const commands = looks();
  bar(commands.length > 0, `${PAGE} has no command to look with`);
  await endReserve(stage);
  const desk = openDesk(stage.cluster.kubectl.context, { builds: false });
  try {
    await stage.during('running the commands of the pages', () => runEach(desk, [...commands, ...FURTHER].map(edited)));
    await stage.during('applying as docs/upgrading.md says', () =>
      desk.run(blockOf('docs/upgrading.md', 'The broker of the local overlay')),
    );
  } finally {
    desk.close();
  }
  return { 'commands that look at a symptom': commands.length, 'further commands': FURTHER.length, failed: 0 };
}

async function runEach(desk: Desk, commands: readonly string[]): Promise<void> {
  for (const command of commands)
    await desk.run(asScript(command)).catch((error: unknown) => {
      throw error instanceof NotProven ? new NotProven(`${command}: ${error.message}`) : error;
    });
}

export const trouble: Drill = {
  name: 'trouble',
  heading: 'Looking at what is wrong',
  proves: 'Every command with which docs/trouble.md looks at a symptom works on the cluster.',
  byHand: ['# docs/trouble.md'],
  prove: (stage) => look(stage, (command) => command),
  control: {
    takenAway: 'with the name of a Deployment that is not there',
    prove: (stage) => look(stage, (command) => command.replace('deployment/reserve', 'deployment/reservations')),
  },
};
