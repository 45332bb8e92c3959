import { ask, issueDevelopmentToken } from '@rentalbook/cli';
import type { FaultySystem } from '../../../harness/system/faulty-system';
import type { Command, Operation, Outcome } from './ledger';

const mutation = (field: string, input: string, entity: string): string =>
  `mutation($input: ${input}!) { payload: ${field}(input: $input) {
    entity: ${entity} { id } refusal { code } consistencyToken } }`;
const mutations: Readonly<
  Record<Operation, { readonly query: string; readonly input: (command: Command) => Readonly<Record<string, unknown>> }>
> = {
  reserve: {
    query: mutation('reserveBook', 'ReserveBookInput', 'reservation'),
    input: ({ bookId }) => ({ bookId }),
  },
  cancel: {
    query: mutation('cancelReservation', 'CancelReservationInput', 'reservation'),
    input: ({ about }) => ({ reservationId: about }),
  },
  rent: { query: mutation('rentBook', 'RentBookInput', 'rental'), input: ({ bookId }) => ({ bookId }) },
  return: { query: mutation('returnBook', 'ReturnBookInput', 'rental'), input: ({ about }) => ({ rentalId: about }) },
};

interface Payload {
  readonly payload: {
    readonly entity: { readonly id: string } | null;
    readonly refusal: { readonly code: string } | null;
  };
}

/** The router answers everything within 8 s; what is silent for longer was lost on the way. */
const ANSWER_WITHIN_MS = 10_000;
const PASSING: readonly (string | undefined)[] = ['UNAVAILABLE', 'OVERLOADED'];

/** Sends a command once as its member would, and says what is known afterwards. */
export type SendCommand = (command: Command) => Promise<Outcome>;

export function createClient(system: Pick<FaultySystem, 'url' | 'dataDir'>): SendCommand {
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (member: string): Promise<string> => {
    const token = tokens.get(member) ?? issueDevelopmentToken(system.dataDir, { memberId: member });
    tokens.set(member, token);
    return token;
  };
  return async (command) => {
    const { query, input } = mutations[command.operation];
    const variables = { input: { ...input(command), idempotencyKey: command.key } };
    const headers = { traceparent: `00-${command.trace}-0000000000000001-01` };
    const token = await tokenOf(command.member);
    try {
      return outcomeOf(await ask<Payload>(system.url, token, query, variables, headers, ANSWER_WITHIN_MS));
    } catch (error) {
      return { kind: 'unknown', reason: error instanceof Error ? error.name : String(error) };
    }
  };
}

function outcomeOf({ data, errors = [] }: Awaited<ReturnType<typeof ask<Payload>>>): Outcome {
  const codes = errors.map(({ extensions }) => extensions?.code);
  const final = errors.find(({ extensions }) => !PASSING.includes(extensions?.code));
  if (final) return { kind: 'failed', reason: `${final.extensions?.code ?? 'no code'}: ${final.message}` };
  if (codes.length > 0) return { kind: 'unknown', reason: codes.join() };
  if (data?.payload.entity) return { kind: 'ok', id: data.payload.entity.id };
  if (data?.payload.refusal) return { kind: 'refused', code: data.payload.refusal.code };
  return { kind: 'failed', reason: 'neither an entity, a refusal nor an error' };
}
