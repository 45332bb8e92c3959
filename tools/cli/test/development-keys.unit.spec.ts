import { decodeJwt } from 'jose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueDevelopmentToken } from '../src/development-keys';

const RealDate = Date;
/** A clock of which a second passes between two readings. */
class SlowDate extends RealDate {
  private static readings = 0;

  constructor(value: number | string | Date = RealDate.now() + 1_000 * (SlowDate.readings += 1)) {
    super(value);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'rentalbook-keys-'));
afterAll(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

it('a development token is not valid for longer than was asked, however long it takes to make it', async () => {
  const request = { memberId: 'alice', expiresIn: '24h' };
  await issueDevelopmentToken(folder, request);
  jest.spyOn(globalThis, 'Date').mockImplementation((value?: number | string | Date) => new SlowDate(value));
  const { iat = 0, exp = 0 } = decodeJwt(await issueDevelopmentToken(folder, request));
  expect(exp).toBeGreaterThan(iat);
  expect(exp - iat).toBeLessThanOrEqual(24 * 60 * 60);
});
