import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { drills } from './drills';
import { renderRunbook } from './support/render-runbook';
import { FIGURES, readResult } from './support/results';

const root = join(__dirname, '..', '..');

describe('docs/runbook.md', () => {
  it('says what the drills do, and their last figures; npm run runbook writes it', () => {
    const page = renderRunbook(drills, (name) => readResult(join(root, FIGURES), name));
    expect(readFileSync(join(root, 'docs/runbook.md'), 'utf8')).toBe(page);
  });
});
