import { runCommand } from './command';
import { commandLines } from './command-lines';
import { ensureDevelopmentKeys } from './development-keys';

const HELP = `Makes the keys of the local overlay, unless they exist: k8s/overlays/local/keys/, which git ignores.

  npm run k8s:secrets

Tokens that the router in the cluster accepts: RENTALBOOK_DATA=k8s/overlays/local npm run --silent token -- alice
`;
const OVERLAY = 'k8s/overlays/local';

runCommand(HELP, async (args) => {
  commandLines['k8s:secrets'](args);
  await ensureDevelopmentKeys(OVERLAY, 'production');
  process.stdout.write(`The keys are in ${OVERLAY}/keys.\n`);
});
