import { bar } from './drill';
import { NAMESPACE } from './cluster';
import { EXTRA } from './restoring';
import type { Stage } from './stage';

const ENDS_WITHIN_MS = 60_000;

interface Job {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { readonly args: readonly string[] }[] } };
  };
  readonly status?: { readonly succeeded?: number; readonly failed?: number };
}

/** What a command printed, and whether it ended with code 0. */
export interface Printed {
  readonly text: string;
  readonly isGood: boolean;
}

let jobs = 0;

/** Makes a Job of one of the operator's commands, as docs/operating.md does, and waits for its end; the Job is removed. */
export async function runTool({ cluster, until }: Stage, cronJob: string, args?: readonly string[]): Promise<Printed> {
  const name = `drill-${cronJob}-${String(process.pid)}-${String((jobs += 1))}`;
  const made = JSON.parse(
    await cluster.inside([
      ...['create', 'job', name, `--from=cronjob/${cronJob}`],
      ...['--dry-run=client', '--output=json'],
    ]),
  ) as Job;
  const [container] = made.spec.template.spec.containers;
  const containers = [{ ...container, ...(args && { args: [cronJob, ...args] }) }];
  const template = { ...made.spec.template, spec: { ...made.spec.template.spec, containers } };
  const metadata = { name, namespace: NAMESPACE, labels: { [EXTRA]: '' } };
  await cluster.inside(
    ['create', '--filename', '-'],
    JSON.stringify({ ...made, metadata, spec: { ...made.spec, template } }),
  );
  try {
    const { succeeded = 0 } = await until(
      async () => {
        const { status } = JSON.parse(await cluster.inside(['get', 'job', name, '--output=json'])) as Job;
        return (status?.succeeded ?? 0) + (status?.failed ?? 0) > 0 ? status : undefined;
      },
      { withinMs: ENDS_WITHIN_MS, what: `the end of the command ${[cronJob, ...(args ?? [])].join(' ')}` },
    );
    return { text: await cluster.inside(['logs', `job/${name}`]), isGood: succeeded > 0 };
  } finally {
    await cluster.inside(['delete', 'job', name, '--wait=false']);
  }
}

/** The same for a command that has to end well and to print something. */
export async function runToolWell(
  stage: Stage,
  cronJob: string,
  expected: RegExp,
  args?: readonly string[],
): Promise<string> {
  const { text, isGood } = await runTool(stage, cronJob, args);
  // A command prints the reason for its failure last.
  const lastLine = text.trim().split('\n').at(-1) ?? '';
  bar(isGood && expected.test(text), `${[cronJob, ...(args ?? [])].join(' ')} ended with: ${lastLine}`);
  return text;
}
