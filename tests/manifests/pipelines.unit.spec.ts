import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { images } from '../../tools/services';

const text = (file: string): string => readFileSync(join(__dirname, '../..', file), 'utf8');
/** Lists of images in a file that no program writes: words between brackets, braces, or "in" and a semicolon. */
const listsIn = (file: string): string[] =>
  [...text(file).matchAll(/book,? reserve,? rental,? [a-z, ]*|\{book,[a-z,]*/g)].map(([list]) =>
    list.replaceAll(/[{,\s]+/g, ' ').trim(),
  );

describe('a list of images outside of tools/services.ts', () => {
  it.each(['.github/workflows/delivery.yml', 'azure-pipelines.yml', 'cloudbuild.yaml'])(
    'names all of them in %s',
    (file) => {
      const lists = listsIn(file);
      expect(lists.length).toBeGreaterThan(0);
      for (const list of lists) expect(list).toBe(images.join(' '));
    },
  );

  it('is what the Dockerfile has a target for', () => {
    const targets = [...text('Dockerfile').matchAll(/^FROM service AS (\w+)$/gm)].map(([, target]) => target);
    expect(targets).toEqual([...images]);
  });
});
