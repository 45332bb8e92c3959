import { issueDevelopmentToken, type TokenRequest } from '@rentalbook/cli';
import type { AttackedSystem } from '../attack';

type Headers = Readonly<Record<string, string>>;

/** The header of a caller with this token. */
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** Tokens of so many members whose ids begin with `name`. */
export function tokensOf(
  { dataDir }: Pick<AttackedSystem, 'dataDir'>,
  name: string,
  count: number,
  roles: TokenRequest['roles'] = ['member'],
): Promise<readonly string[]> {
  return Promise.all(
    Array.from({ length: count }, (_, n) =>
      issueDevelopmentToken(dataDir, { memberId: `${name}-${String(n)}`, roles }),
    ),
  );
}

/** The headers of one caller after the other, so that no one's share decides what is answered. */
export async function callersInTurn(
  system: Pick<AttackedSystem, 'dataDir'>,
  name: string,
  count: number,
  roles?: TokenRequest['roles'],
): Promise<() => Headers & Record<string, string>> {
  const headers = (await tokensOf(system, name, count, roles)).map(bearer);
  let next = 0;
  return () => headers[(next += 1) % headers.length] ?? {};
}
