import { NotProven, type Drill } from './drill';
import { runDrills } from './run-drills';
import type { Stage } from './stage';

const fails = (): Promise<never> => Promise.reject(new NotProven('as it has to'));
const drill = (name: string, parts: Partial<Drill> = {}): Drill => ({
  ...{ name, heading: name, proves: `${name} works.`, byHand: [] },
  prove: () => Promise.resolve({}),
  control: { takenAway: 'without it', prove: fails },
  ...parts,
});

describe('drills one after the other', () => {
  const said: string[] = [];
  const done: string[] = [];
  const log = (what: string) => (): Promise<void> => {
    done.push(what);
    return Promise.resolve();
  };
  const cluster = { kubectl: { context: 'test' } };
  const stage = {
    ...{ cluster, short: true, signal: new AbortController().signal, patienceMs: 1 },
    ...{
      say: (line: string) => said.push(line),
      apply: log('apply'),
      settled: log('settled'),
      serving: log('serving'),
    },
  } as unknown as Stage;
  const run = (...chosen: readonly Drill[]) =>
    runDrills(chosen, {
      stage,
      restoring: { additions: log('additions') },
      keep: ({ name }) => done.push(`kept ${name}`),
    });
  beforeEach(() => {
    said.length = 0;
    done.length = 0;
  });

  it('are asked what the cluster lacks when their turn comes, for a node lists a new image up to a minute late', async () => {
    let hasImage = false;
    const first = drill('first', {
      prove() {
        hasImage = true;
        return Promise.resolve({});
      },
    });
    const upgrade = drill('upgrade', { lacks: () => Promise.resolve(hasImage ? undefined : 'a node has no image') });
    expect(await run(first, upgrade)).toEqual({ ran: 2, failed: [] });
    expect(done.filter((what) => what.startsWith('kept'))).toEqual(['kept first', 'kept upgrade']);
  });

  it('are skipped with one sentence, and change nothing, where the cluster lacks something', async () => {
    const upgrade = drill('upgrade', { lacks: () => Promise.resolve('a node has no image') });
    expect(await run(upgrade)).toEqual({ ran: 0, failed: [] });
    expect(said).toEqual(['upgrade: skipped in the context "test": a node has no image.']);
    expect(done).toEqual([]);
  });

  it('begin on the overlay, settled and serving, but for one that begins with nothing', async () => {
    expect(await run(drill('deploy', { isFromNothing: true }), drill('missed', { prove: fails }))).toEqual({
      ran: 2,
      failed: ['missed'],
    });
    expect(done).toEqual(['kept deploy', 'additions', 'apply', 'settled', 'serving', 'kept missed']);
  });
});
