import { escapeUnprintable, memberIdFault } from '@rentalbook/event-contracts';
import { parseArgs } from 'node:util';
import { issueDevelopmentToken } from './development-keys';
import { readEnvironment } from './environment';
import { runCommand, UsageError } from './command';

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
const ROLES = ['member', 'librarian'];
const faults = {
  EMPTY: 'is empty',
  UNPRINTABLE: 'has a control character or a line break',
  LENGTH: 'is too long',
};

runCommand(HELP, async (args) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      role: { type: 'string', multiple: true },
      name: { type: 'string' },
      'expires-in': { type: 'string' },
    },
  });
  const [memberId, ...more] = positionals;
  if (memberId === undefined) throw new UsageError('Name a member: npm run --silent token -- alice');
  if (more.length > 0) throw new UsageError(`"${more.join(' ')}" is one word too many; name one member.`);
  const fault = memberIdFault(memberId);
  if (fault !== undefined)
    throw new UsageError(
      `"${escapeUnprintable(memberId)}" is no member id: it ${faults[fault]}; use 1 to 255 visible characters.`,
    );
  const unknown = values.role?.find((role) => !ROLES.includes(role));
  if (unknown !== undefined) throw new UsageError(`There is no role "${unknown}"; use ${ROLES.join(' or ')}.`);
  const expiresIn = values['expires-in'];
  if (expiresIn !== undefined && !/^-?\d+[smhd]$/.test(expiresIn))
    throw new UsageError(`"${expiresIn}" is no duration; use 30m, 12h or 7d.`);

  const token = await issueDevelopmentToken(readEnvironment().RENTALBOOK_DATA, {
    memberId,
    ...(values.name !== undefined && { name: values.name }),
    ...(values.role !== undefined && { roles: values.role }),
    ...(expiresIn !== undefined && { expiresIn }),
  });
  process.stdout.write(`${token}\n`);
});
