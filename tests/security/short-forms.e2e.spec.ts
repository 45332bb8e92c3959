import { join } from 'node:path';
import { chanceOf } from '../conformance/chance';
import { sharedSystem } from '../end-to-end/support/shared-system';
import type { AttackStage } from './attack';
import { attacksOnAnySystem } from './attacks';

/** Any other is as good: the full form draws one at random, and prints it. */
const SEED = 20_261_129;
const shared = sharedSystem();

const stage: AttackStage = {
  form: 'short',
  engines: 'embedded',
  chance: chanceOf(SEED),
  root: join(__dirname, '../..'),
  system: () => Promise.resolve({ ...shared, portOf: (program) => shared.ports[program] ?? 0 }),
  ledgerFile: () => '',
  progress: () => undefined,
  isLate: () => false,
  amount: ({ short }) => short,
};

describe('nothing comes of', () => {
  it.each(attacksOnAnySystem.map((attack) => [attack.id, attack.name, attack] as const))(
    '%s: %s',
    async (_id, _name, attack) => {
      expect((await attack.run(stage)).broken).toEqual([]);
    },
  );
});
