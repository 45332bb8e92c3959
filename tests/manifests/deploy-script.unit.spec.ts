import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '..', '..', '.ci/deploy');
const NEW = `registry.example.net/rentalbook/manifests@sha256:${'a'.repeat(64)}`;
const OLD = `registry.example.net/rentalbook/manifests@sha256:${'b'.repeat(64)}`;

interface Cluster {
  /** The artifact that was delivered last. */
  readonly previous?: string;
  /** The artifact whose rollout fails, and the kind of object of which it is. */
  readonly fails?: string;
  readonly failing?: 'deployment' | 'statefulset' | 'job';
  /** What the server finds when it is to judge an artifact. */
  readonly refuses?: 'nothing' | 'a field that was edited live';
}

/**
 * A cluster and a registry that keep a record of what they are sent; the files of an artifact are its own name. A Job that is there
 * cannot be changed.
 */
function deploy(
  artifact: string,
  { previous = '', fails = 'nothing', failing = 'deployment', refuses = 'nothing' }: Cluster,
) {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-deploy-'));
  const calls = join(folder, 'calls');
  const program = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  mkdirSync(join(folder, 'current'));
  // The Job of the delivery before, after its end.
  writeFileSync(join(folder, 'job'), '');
  program(
    'docker',
    `case $1 in
       create) echo "$2" ;;
       cp) mkdir -p "$3/overlays/production"; echo "\${2%:/.}" >"$3/overlays/production/artifact" ;;
     esac`,
  );
  program(
    'kubectl',
    `for last; do :; done
     case "$*" in
       *'get configmap delivered'*) printf %s '${previous}' ;;
       *'get namespace'*) echo namespace/rentalbook ;;
       *'--dry-run=server'*) [ '${refuses}' = nothing ] && [[ $* == *'--selector app!=mongo-initiate'* ]] ;;
       *'delete job'*) rm -f '${folder}/job' ;;
       *'get statefulsets,deployments'*) printf 'statefulset.apps/mongo\ndeployment.apps/book\n' ;;
       *'get job'*) echo job.batch/mongo-initiate ;;
       *'create configmap delivered'*) echo "$*" | grep -o 'artifact=[^ ]*' ;;
       'apply --server-side -f -') echo "recorded $(cat)" >>'${calls}' ;;
       'apply '*)
         [ ! -e '${folder}/job' ] || exit 1
         cp "$last/artifact" '${folder}/current/artifact'
         touch '${folder}/job'
         echo "applied $(cat "$last/artifact")$(grep -o ' --force-conflicts' <<<"$*")" >>'${calls}' ;;
       *'rollout status ${failing}.'* | *'wait --for=condition=complete ${failing}/'*) [ "$(cat '${folder}/current/artifact')" != '${fails}' ] ;;
     esac`,
  );
  const { status, stderr } = spawnSync('bash', [SCRIPT, artifact], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` },
  });
  const record = status === null ? '' : readIfThere(calls);
  rmSync(folder, { recursive: true });
  return { status, stderr, calls: record.split('\n').filter(Boolean) };
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

describe('.ci/deploy', () => {
  it('applies an artifact and records it once it is rolled out', () => {
    expect(deploy(NEW, { previous: OLD })).toMatchObject({
      status: 0,
      calls: [`applied ${NEW}`, `recorded artifact=${NEW}`],
    });
  });

  it.each(['deployment', 'statefulset', 'job'] as const)(
    'applies the one before again when the rollout of a %s fails, and fails',
    (failing) => {
      const { status, stderr, calls } = deploy(NEW, { previous: OLD, fails: NEW, failing });
      expect([status, calls]).toEqual([1, [`applied ${NEW}`, `applied ${OLD}`]]);
      expect(stderr).toContain(`${OLD} runs again; ${NEW} was not rolled out.`);
    },
  );

  it('changes nothing where the server refuses what was edited live, and says so', () => {
    const { status, stderr, calls } = deploy(NEW, { previous: OLD, refuses: 'a field that was edited live' });
    expect([status, calls]).toEqual([1, []]);
    expect(stderr).toContain(`${NEW} was not applied; what runs goes on.`);
  });

  it('says so where there is none before', () => {
    const { status, stderr } = deploy(NEW, { fails: NEW });
    expect(status).toBe(1);
    expect(stderr).toContain('there is none before it to go back to');
  });

  it('takes no artifact by a tag, and changes nothing then', () => {
    const { status, stderr, calls } = deploy('registry.example.net/rentalbook/manifests:latest', {});
    expect([status, calls]).toEqual([1, []]);
    expect(stderr).toContain('name it by its digest');
  });
});
