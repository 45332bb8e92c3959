import {
  accepted,
  AnsweredWithErrors,
  eventually,
  isAlive,
  librarian,
  mountSmallDisk,
  startSystem,
} from '@rentalbook/test-kit';
import { services } from '../../tools/services';

const disk = mountSmallDisk(24);
afterAll(() => disk?.remove());
// Only root may mount; elsewhere there is no disk to fill.
const onSmallDisk = disk ? it : it.skip;

onSmallDisk(
  'a full disk makes commands unavailable, ends nothing and loses nothing that was acknowledged',
  async () => {
    const system = await startSystem({ dataDir: disk?.folder ?? '', engines: 'embedded' });
    const libby = await librarian(system);
    const added = [accepted(await libby.addBook('Before', 1)).id];
    disk?.fill();

    let refused = 0;
    await eventually(
      async () => {
        try {
          added.push(accepted(await libby.addBook('Meanwhile', 1)).id);
        } catch (error) {
          if (!(error instanceof AnsweredWithErrors)) throw error;
          expect(error.codes).toEqual(['UNAVAILABLE']);
          refused += 1;
        }
        return refused >= 3;
      },
      { withinMs: 60_000, what: 'commands being refused' },
    );
    // A restart makes the launcher write which processes run.
    const killed = system.kill('router', 'SIGKILL');
    await eventually(() => system.output().includes('running.json cannot be written'), {
      withinMs: 30_000,
      what: 'the launcher meeting the full disk',
    });
    expect(isAlive(system.pid)).toBe(true);

    disk?.makeRoom();
    await eventually(() => (system.pids()['router'] ?? killed) !== killed, { withinMs: 60_000, what: 'running.json' });
    for (const service of services) await system.untilReady(service);
    added.push(accepted(await libby.addBook('After', 1)).id);
    for (const id of added) expect(await libby.book(id)).not.toBeNull();
    expect(await system.stop()).toBe(0);
  },
);
