import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCRIPT = join(__dirname, '..', '..', '.ci/deploy');
const NEW = `registry.example.net/rentalbook/manifests@sha256:${'a'.repeat(64)}`;
const OLD = `registry.example.net/rentalbook/manifests@sha256:${'b'.repeat(64)}`;

/** A cluster and a registry that keep a record of what they are sent; the files of an artifact are its own name. */
function deploy(artifact: string, { previous = '', fails = 'nothing' }) {
  const folder = mkdtempSync(join(tmpdir(), 'rentalbook-deploy-'));
  const calls = join(folder, 'calls');
  const program = (name: string, body: string): void => {
    writeFileSync(join(folder, name), `#!/usr/bin/env bash\n${body}\n`);
    chmodSync(join(folder, name), 0o755);
  };
  mkdirSync(join(folder, 'current'));
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
       *'create configmap delivered'*) echo "$*" | grep -o 'artifact=[^ ]*' ;;
       'apply --server-side -f -') echo "recorded $(cat)" >>'${calls}' ;;
       'apply '*) cp "$last/artifact" '${folder}/current/artifact'; echo "applied $(cat "$last/artifact")$(grep -o ' --force-conflicts' <<<"$*")" >>'${calls}' ;;
       *'rollout status'*) [ "$(cat '${folder}/current/artifact')" != '${fails}' ] ;;
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

  it('applies the one before again when the rollout fails, and fails', () => {
    const { status, stderr, calls } = deploy(NEW, { previous: OLD, fails: NEW });
    expect([status, calls]).toEqual([1, [`applied ${NEW}`, `applied ${OLD} --force-conflicts`]]);
    expect(stderr).toContain(`${OLD} runs again; ${NEW} was not rolled out.`);
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
