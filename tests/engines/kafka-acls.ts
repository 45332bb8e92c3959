import type { KafkaRight } from '@rentalbook/messaging/kafka-rights';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What one line of the file of ACLs allows. */
export interface Allowed {
  readonly user: string;
  readonly right: KafkaRight;
}

const LINE = /^allow (\S+) --(topic|group) (\S+)( --resource-pattern-type prefixed)?((?: --operation \w+)+)$/;

/** The ACLs that docs/deploy.md has an administrator run. */
export function aclsOfComponent(): readonly Allowed[] {
  const file = join(__dirname, '../../k8s/components/kafka-auth/acls.sh');
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .filter((line) => line.startsWith('allow '))
    .map((line) => {
      const [, user = '', resource, name = '', prefixed, operations = ''] = LINE.exec(line) ?? [];
      if (user === '') throw new Error(`"${line}" is no line of acls.sh that is understood`);
      const named = operations.split(' --operation ').filter((operation) => operation !== '');
      return { user, right: { resource, name, isPrefix: prefixed !== undefined, operations: named } as KafkaRight };
    });
}
