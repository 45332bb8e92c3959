import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { z } from 'zod';
import { createPolicySource } from '../src';

const schema = z.object({ DAYS: z.coerce.number('is a number of days').default(3) });

describe('a policy', () => {
  let folder: string;
  let now = 0;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rentalbook-policy-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const source = () => createPolicySource(schema, folder, pino({ level: 'silent' }), () => now);
  const write = (value: string): void => {
    writeFileSync(join(folder, 'DAYS'), value);
    now += 1_001;
  };

  it('that does not fit at the start is a fault with the value and the remedy, until it fits', () => {
    write('many');
    const policy = source();
    expect(policy.fault()).toBe(`the policy DAYS is "many" and is a number of days; correct its file in ${folder}`);
    expect([policy.refused(), policy.current().DAYS]).toEqual([1, 3]);
    write('7');
    expect(policy.fault()).toBeUndefined();
    expect([policy.refused(), policy.current().DAYS]).toEqual([0, 7]);
  });

  it('that stops fitting later leaves the old one in force, which is counted and no fault', () => {
    write('7');
    const policy = source();
    expect(policy.current().DAYS).toBe(7);
    write('many');
    expect([policy.fault(), policy.refused(), policy.current().DAYS]).toEqual([undefined, 1, 7]);
  });
});
