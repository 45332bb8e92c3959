import { UsageError } from '@rentalbook/cli';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { hasKubectl } from '../../manifests/support/kustomize';
import { KubectlFailed, kubectlFor, type Kubectl } from './kubectl';
import { missingImages, preflight, requireCluster, requireImages, requireVersion } from './preflight';

const versions = (major: string, minor: string): string =>
  JSON.stringify({ serverVersion: { major, minor, gitVersion: `v${major}.${minor.replace('+', '')}.4` } });

describe('what drills need of a cluster', () => {
  it.each([
    ['1', '30'],
    ['1', '32+'],
    ['2', '0'],
  ])('is met by Kubernetes %s.%s', (major, minor) => {
    expect(() => {
      requireVersion('here', versions(major, minor));
    }).not.toThrow();
  });

  it.each(['29', '29+', '9'])('is not met by Kubernetes 1.%s, which is said in one sentence', (minor) => {
    expect(() => {
      requireVersion('here', versions('1', minor));
    }).toThrow(
      new UsageError(
        `The cluster of the context "here" is Kubernetes v1.${minor.replace('+', '')}.4, and the manifests need 1.30 or newer; upgrade it, or choose another.`,
      ),
    );
  });

  it('includes images on every node, under their name or that of their registry', async () => {
    const node = (...names: readonly string[]) => ({ status: { images: names.map((name) => ({ names: [name] })) } });
    const items = [
      node('rentalbook/book:local', 'docker.io/rentalbook/mypage:local'),
      node('docker.io/rentalbook/book:local'),
    ];
    const refuse = (): Promise<never> => Promise.reject(new KubectlFailed('is not asked'));
    const kubectl: Kubectl = {
      context: 'here',
      run: refuse,
      find: refuse,
      follow: () => {
        throw new KubectlFailed('is not asked');
      },
      json: <Answer>() => Promise.resolve({ items } as Answer),
    };
    const wanted = ['rentalbook/book:local', 'rentalbook/mypage:local'];
    expect(await missingImages(kubectl, wanted)).toEqual(['rentalbook/mypage:local']);
    await expect(requireImages(kubectl, wanted, 0)).rejects.toThrow(
      new UsageError(
        'A node of the context "here" has no image rentalbook/mypage:local; build and load it as docs/deploy.md says.',
      ),
    );
  });

  it('includes the keys of the overlay, without which no cluster is asked', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rentalbook-no-keys-'));
    const before = process.cwd();
    process.chdir(folder);
    try {
      await expect(preflight(kubectlFor('nowhere'))).rejects.toThrow(
        new UsageError('k8s/overlays/local/keys is missing; make the keys once with "npm run k8s:secrets".'),
      );
    } finally {
      process.chdir(before);
      rmSync(folder, { recursive: true });
    }
  });
});

(hasKubectl ? describe : describe.skip)('the context of drills', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-context-'));
  const before = process.env['KUBECONFIG'];
  const file = join(folder, 'kubeconfig');
  beforeAll(() => {
    process.env['KUBECONFIG'] = file;
  });
  afterAll(() => {
    if (before === undefined) delete process.env['KUBECONFIG'];
    else process.env['KUBECONFIG'] = before;
    rmSync(folder, { recursive: true });
  });
  const write = (contexts: readonly string[]): void => {
    const cluster = { server: 'https://127.0.0.1:1' };
    writeFileSync(
      file,
      stringify({
        ...{ apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'away', cluster }], users: [] },
        contexts: contexts.map((name) => ({ name, context: { cluster: 'away' } })),
      }),
    );
  };

  it('that kubectl does not know is refused with those that it knows', async () => {
    write([]);
    await expect(requireCluster(kubectlFor('nowhere'))).rejects.toThrow(
      new UsageError('kubectl knows no context "nowhere"; it knows none, so set KUBECONFIG.'),
    );
    write(['away']);
    await expect(requireCluster(kubectlFor('nowhere'))).rejects.toThrow('it knows away.');
  });

  it('whose cluster does not answer is refused in one sentence', async () => {
    write(['away']);
    await expect(requireCluster(kubectlFor('away'))).rejects.toThrow(/^No cluster answers for the context "away": .+$/);
  });
});
