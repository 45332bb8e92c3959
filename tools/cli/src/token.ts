import { issueDevelopmentToken } from './development-keys';
import { readEnvironment } from './environment';
import { runCommand } from './command';
import { commandLines } from './command-lines';

const HELP = `Prints a development token for one member.

  npm run --silent token -- alice
  npm run --silent token -- libby --role librarian
  npm run --silent token -- 'auth0|6543'

The id is what an identity provider puts into "sub": up to 255 characters of any kind but control characters. Quote it in a
shell; one that starts with a dash follows another --.

  --role member|librarian   what the token is for; may be repeated (default: member)
  --name "Alice Ames"       the member's name (default: the id)
  --expires-in 12h          for how long: 30m, 12h, 7d (default: 24h)
`;

runCommand(HELP, async (args) => {
  const { memberId, name, roles, expiresIn } = commandLines.token(args);
  const token = await issueDevelopmentToken(readEnvironment().RENTALBOOK_DATA, {
    memberId,
    ...(name !== undefined && { name }),
    ...(roles !== undefined && { roles }),
    ...(expiresIn !== undefined && { expiresIn }),
  });
  process.stdout.write(`${token}\n`);
});
