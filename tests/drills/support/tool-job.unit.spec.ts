import type { Stage } from './stage';
import { runToolWell } from './tool-job';

/** A cluster in which the command prints the text and ends well or not. */
const stageWith = (text: string, isGood: boolean): Stage => {
  const job = {
    metadata: { name: 'seed' },
    spec: { template: { spec: { containers: [{ args: ['seed'] }] } } },
    status: isGood ? { succeeded: 1 } : { failed: 1 },
  };
  const inside = ([verb = '']: readonly string[]): Promise<string> =>
    Promise.resolve(verb === 'logs' ? text : JSON.stringify(job));
  const until = (condition: () => Promise<unknown>): Promise<unknown> => condition();
  return { cluster: { inside }, until } as unknown as Stage;
};

describe('an operator’s command in a Job', () => {
  it('that fails is reported with its last line, which has the reason', async () => {
    const printed = 'Reading the catalogue …\nAdded 2 books.\nBook answered UNAVAILABLE.\n\n';
    await expect(runToolWell(stageWith(printed, false), 'seed', /^Added/m)).rejects.toThrow(
      'seed ended with: Book answered UNAVAILABLE.',
    );
  });

  it('that prints nothing is reported without a line', async () => {
    await expect(runToolWell(stageWith('\n', false), 'seed', /^Added/m, ['--all'])).rejects.toThrow(
      'seed --all ended with: ',
    );
  });

  it('that ends well resolves to what it printed', async () => {
    expect(await runToolWell(stageWith('Added 2 books.\n', true), 'seed', /^Added/m)).toBe('Added 2 books.\n');
  });
});
