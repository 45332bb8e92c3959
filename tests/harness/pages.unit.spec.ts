import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultsPage } from '../faults/harness/report/faults-page';
import { securityPage } from '../security/report/security-page';
import { tracesPage } from '../traces/report/traces-page';
import { readRecord } from './report/record';

const folder = join(__dirname, '../../docs');

describe('a page of results', () => {
  it.each([
    ['faults', faultsPage],
    ['security', securityPage],
    ['traces', tracesPage],
  ])('is what follows from its record: %s', (name, page) => {
    const rows = readRecord({ folder, name, ids: [], page });
    expect(readFileSync(join(folder, `${name}.md`), 'utf8')).toBe(page(rows));
  });
});
