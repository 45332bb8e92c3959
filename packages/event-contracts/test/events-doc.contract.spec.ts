import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

it('docs/events.md says what the contracts say', () => {
  const script = join(__dirname, '..', 'bin', 'events-doc.mjs');
  expect(() => execFileSync(process.execPath, [script, '--check'], { stdio: 'pipe' })).not.toThrow();
});
