// Lets an API server judge every overlay: a dry run that changes nothing. It never falls back to the current context.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fail, readArguments, root } from './prepare.mjs';

const HELP = `Lets a cluster's API server judge every overlay, strictly and without a change.

  npm run k8s:validate -- --kubeconfig FILE --context NAME

  --kubeconfig FILE  where the cluster is described; there is no default
  --context NAME     the cluster, as that file names it; no other is asked

The namespaces rentalbook and kafka have to be there, for a dry run makes none, and so have Istio's definitions.
`;

const { values } = readArguments(HELP, { context: { type: 'string' }, kubeconfig: { type: 'string' } });
if (!values.context || !values.kubeconfig)
  fail('Say which cluster: npm run k8s:validate -- --kubeconfig FILE --context NAME');

const kubectl = (args, input) =>
  spawnSync('kubectl', ['--kubeconfig', values.kubeconfig, '--context', values.context, ...args], {
    encoding: 'utf8',
    input,
  });

const version = kubectl(['version', '--request-timeout=5s']);
if (version.error) fail('kubectl is not installed; install it.');
if (version.status !== 0) fail(`The context "${values.context}" answers nothing: ${version.stderr.trim()}`);
for (const namespace of ['rentalbook', 'kafka'])
  if (kubectl(['get', 'namespace', namespace]).status !== 0)
    fail(`The namespace "${namespace}" is not there, and a dry run makes none; create it first.`);

for (const overlay of ['local', 'production']) {
  const { status, stderr } = kubectl([
    'apply',
    '--dry-run=server',
    '--validate=strict',
    '-k',
    join(root, 'k8s/overlays', overlay),
  ]);
  if (status !== 0) fail(`The overlay ${overlay} is refused:\n${stderr.trim()}`);
  process.stdout.write(`${overlay}: accepted, no unknown field.\n`);
}
