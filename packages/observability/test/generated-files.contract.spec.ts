import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../src/generated-files';

const root = join(__dirname, '../../..');

describe('what is generated from the catalogues', () => {
  it.each(Object.entries(generatedFiles))('%s is fresh; npm run observability writes it', (path, content) => {
    expect(readFileSync(join(root, path), 'utf8')).toBe(content());
  });
});
