import { renderAlertsChapter } from '@rentalbook/observability/runbook-chapter';
import type { Drill } from './drill';
import type { Result } from './results';

const INTRODUCTION = `# Runbook

Made by \`npm run runbook\` from [the drills](../tests/drills), the last figures of each, and [the alerts](../packages/observability); do not
edit. Sent by an alert? Its section is under [Alerts](#alerts).

Every operation here is a drill: a program that does it to a running system, measures what comes of it, and does it
again without what makes it safe, which has to fail. Each puts back what it changed.

    npm run drill -- all --context NAME
    npm run drill -- zero-downtime rollback --context NAME --short

The cluster needs the images of [deploy.md](deploy.md); \`npm run drill -- --help\` tells the rest.
`;

/** The page as it has to be, for drills and what is known of their last runs. */
export function renderRunbook(drills: readonly Drill[], resultOf: (name: string) => Result | undefined): string {
  const sections = drills.map((drill) => section(drill, resultOf(drill.name)));
  return [INTRODUCTION, ...sections, renderAlertsChapter()].join('\n');
}

function section({ name, heading, proves, byHand, control }: Drill, result: Result | undefined): string {
  return `## ${heading}

${proves}

    npm run drill -- ${name} --context NAME

By hand:

${byHand.map((command) => `    ${command}`).join('\n')}

${result ? figures(result) : 'It was not run yet.\n'}
The control, ${control.takenAway}, has to fail${result?.control === undefined ? '.' : `: ${result.control}`}
`;
}

const figures = ({ at, form, seconds, measured }: Result): string =>
  `Last run, ${at.slice(0, 10)}, in its ${form} form, ${String(seconds)} s with its control:

${Object.entries(measured)
  .map(([what, figure]) => `- ${what}: ${String(figure)}`)
  .join('\n')}
`;
