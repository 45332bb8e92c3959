import { runCommand, UsageError } from './command';
import { commandLines } from './command-lines';
import { issueDevelopmentToken } from './development-keys';
import { readEnvironment } from './environment';
import { seedCatalogue } from './seed-catalogue';
import { routerInUse } from './system-in-use';

const HELP = `Adds a few classics to an empty catalogue, or those that an earlier run left out, as a librarian with a development token.

  npm run seed

Works on the system that "npm start" runs, or on the router that ROUTER_URL names, with the keys in RENTALBOOK_DATA.
`;

runCommand(HELP, async (args) => {
  commandLines.seed(args);
  const settings = readEnvironment();
  const url = routerInUse(settings);
  const librarian = await issueDevelopmentToken(settings.RENTALBOOK_DATA, {
    memberId: 'seed',
    roles: ['librarian'],
    expiresIn: '1h',
  });
  const added = await seedCatalogue(url, librarian).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `The catalogue at ${url} cannot be filled: ${reason}; see that the system is ready, and repeat.`,
    );
  });
  process.stdout.write(
    added === 0 ? 'The catalogue has books already; nothing was added.\n' : `Added ${String(added)} books.\n`,
  );
});
