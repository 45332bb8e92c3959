import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { Caller } from '@rentalbook/service-kit';
import { OperationTypeNode } from 'graphql';
import type { RequestContext } from '../gateway/request-context';
import type { AnswerCache } from './answer-cache';
import { digestOf } from './digest';

type Gateway = ApolloServerOptionsWithGateway<RequestContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;
type Request = Parameters<Executor>[0];
type Result = Awaited<ReturnType<Executor>>;

/** A gateway that answers a query from the whole answers, where every part of the answer may be served now. */
export const withCachedAnswers = (gateway: Gateway, cache: AnswerCache): Gateway => ({
  onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
  stop: () => gateway.stop(),
  async load(options) {
    const { executor } = await gateway.load(options);
    return { executor: executor && ((request) => answerFrom(cache, request, executor)) };
  },
});

async function answerFrom(
  { answers, fetches, isLive }: AnswerCache,
  request: Request,
  executor: Executor,
): Promise<Result> {
  const { caller, cache: own } = request.context as RequestContext;
  const { positions } = own ?? {};
  if (!own || !positions || request.operation.operation !== OperationTypeNode.QUERY || !isLive())
    return executor(request);
  const key = keyOf(request, own.variant);
  const keys = [key, keyOfCaller(key, caller)];
  for (const one of keys) {
    const stored = answers.get(one);
    if (!stored?.parts.every((part) => fetches.isUsable(part, positions))) continue;
    fetches.countAnswer();
    for (const part of stored.parts) own.used.addHit(part);
    return { data: stored.data };
  }
  const result = await executor(request);
  const parts = own.used.all();
  if (parts && result.data && !result.errors?.length) {
    const isPublic = parts.every((part) => part.isPublic);
    answers.set(isPublic ? key : keyOfCaller(key, caller), result.data, parts);
  }
  return result;
}

const keyOf = ({ queryHash, operationName, request }: Request, variant: string): string =>
  digestOf([queryHash, operationName, request.variables ?? {}, variant]);
const keyOfCaller = (key: string, caller: Caller | null): string => `${key} ${digestOf(caller)}`;
