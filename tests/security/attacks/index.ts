import { eventually } from '@rentalbook/test-kit';
import type { Trial } from '../../harness/trial';
import type { Attack } from '../attack';
import { forgedSeals } from './b2-tokens-and-cursors';
import { forgedEvents } from './b3-events';
import { forgedAddresses } from './b4-addresses';
import { bombsBesideOthers, floodsOfOneCaller, manyReservations } from './flooded';
import { refusedBombs } from './s1-bombs';
import { httpAbuse } from './s2-http-abuse';
import { operatorInjections } from './s3-operators';
import { badTokens } from './s4-tokens';
import { permissions } from './s5-permissions';
import { forgedIdentities } from './s6-identities';
import { prototypes } from './s7-prototypes';
import { leaks } from './s8-leaks';
import { randomOperations } from './s9-random-operations';
import { bearer, tokensOf } from '../inputs/callers';
import { probe } from '../probe';

/** Those that can be tried on any system: their short form is part of `npm test`, on the system that its tests share. */
export const attacksOnAnySystem: readonly Attack[] = [
  ...[refusedBombs, httpAbuse, operatorInjections, badTokens, permissions, forgedIdentities, prototypes],
  ...[randomOperations, forgedSeals, forgedEvents],
];

/** Every attack that the system is measured against, in the order of the table. */
export const attacks: readonly Trial[] = [
  ...[bombsBesideOthers, httpAbuse, operatorInjections, badTokens, permissions, forgedIdentities, prototypes],
  ...[leaks, randomOperations, manyReservations, ...floodsOfOneCaller, forgedSeals, forgedEvents, forgedAddresses],
].map(afterARest);

/** What leaves many books behind comes late, and last the faults of S8, after which processes are new. */
const LAST = ['A4', 'S8'];

/** The order in which they are tried. */
export const inTurn: readonly Trial[] = [...attacks].sort(
  (one, other) => LAST.indexOf(one.id) - LAST.indexOf(other.id),
);

/** The same trial, once anonymous and new callers of this machine have points again that the trial before may have spent. */
function afterARest(trial: Trial): Trial {
  return {
    ...trial,
    async run(stage) {
      const system = await stage.system();
      const { post } = probe(system.url);
      const isAnswered = async (headers = {}) => (await post({ query: '{ __typename }' }, headers)).status === 200;
      await eventually(() => isAnswered(), { what: 'an answer to an anonymous caller' });
      const [token = ''] = await tokensOf(system, `new before ${trial.id}`, 1);
      await eventually(() => isAnswered(bearer(token)), { what: 'an answer to a new caller' });
      return trial.run(stage);
    },
  };
}
