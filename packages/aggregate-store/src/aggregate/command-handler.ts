import type { RentalbookEvent, Refusal } from '@rentalbook/event-contracts';
import { crashPoint, type Metrics } from '@rentalbook/messaging';
import { currentTraceparent } from '@rentalbook/tracing';
import type { EventBody } from './event-decider';
import type { CommandContext, Executed, NamedCommand } from './command';
import { inCommandSpan } from './command-spans';
import type { Decision } from '@rentalbook/decider';
import type { Decisions } from './decisions';
import { assertOutboxCapacity, assertRecordCapacity, type Loaded } from './document-change';
import type { createDocumentWriter } from './document-writer';
import { envelopeEvents, newIdAt } from './envelope-events';
import {
  commandIdOf,
  IdempotencyKeyReused,
  type CommandResult,
  type IdempotencyRecords,
} from '../idempotency/idempotency-records';
import { recordedOutcome } from '../idempotency/recorded-outcome';
import { timedCommand } from './timed-command';
import type { ProjectAndNotify } from './projection-notifier';
import { digestOf, isSameRequest } from '../idempotency/request-digest';

export interface CommandHandlerOptions<
  State,
  Command extends NamedCommand,
  Own extends EventBody,
  Handled extends RentalbookEvent,
  Policy,
> {
  readonly decisions: Decisions<State, Command, Own, Handled, Policy>;
  readonly writer: ReturnType<typeof createDocumentWriter<State>>;
  readonly idempotencyRecords: IdempotencyRecords;
  readonly projectAndNotify: ProjectAndNotify;
  readonly wakeRelay: () => void;
  readonly metrics: Metrics;
}

/** Decides commands and commits what follows, exactly once per idempotency key. */
export function createCommandHandler<
  State,
  Command extends NamedCommand,
  Own extends EventBody,
  Handled extends RentalbookEvent,
  Policy,
>(options: CommandHandlerOptions<State, Command, Own, Handled, Policy>) {
  const { decisions, writer, idempotencyRecords, projectAndNotify, wakeRelay, metrics } = options;
  const { decider, contextOf, evolveAll } = decisions;

  const executeOnce = async (
    asked: string,
    command: Command,
    context: CommandContext,
    attempted: () => void,
  ): Promise<Executed> => {
    // 1. Claim the idempotency key.
    const claimed = context.idempotency && (await idempotencyRecords.claim(context.idempotency, asked));
    if (claimed?.result) return claimed.result;
    const key = claimed?.document ?? asked;
    const commandId = context.idempotency
      ? commandIdOf(context.idempotency)
      : (context.commandId ?? newIdAt(new Date()));
    const digest = context.idempotency && digestOf(context.idempotency);

    let first = claimed?.fresh ?? true;
    const decide = async (before: Loaded<State>) => {
      attempted();
      // 2. A repeat gets the recorded result.
      const recorded = before.commands.find(({ id }) => id === commandId);
      // A document that is seldom written keeps a command for longer than its idempotency record is kept.
      if (recorded && context.idempotency && digest && !isSameRequest(recorded, digest))
        throw new IdempotencyKeyReused(context.idempotency);
      if (recorded) return { done: recorded, isRepeat: true };
      // Read after the document: a result leaves the document only after its idempotency record has been filled in.
      const moved = digest && !first ? await idempotencyRecords.find(commandId) : undefined;
      first = false;
      if (moved) return { done: moved };
      assertOutboxCapacity(before);
      assertRecordCapacity(before);

      // 3. Decide.
      const decision = decider.decide(before.state, command, contextOf(before));
      const outbox = envelopeEvents(decider.source, key, before.sequence, decision.events, before.now, context);
      const outcome = recordedOutcome(decision.outcome);
      const result: CommandResult = { outcome, sequence: before.sequence + outbox.length };
      if (outbox.length === 0 && (!digest || !before.exists)) {
        if (digest) await idempotencyRecords.recordRefusal(commandId, result);
        return { done: result };
      }
      return {
        result,
        change: {
          state: evolveAll(before.state, decision.events),
          outbox,
          command: { id: commandId, outcome, ...digest },
        },
      };
    };
    // 4. Write, project and notify, answer.
    const written = await writer.change<Executed>(key, digest !== undefined, decide);
    await projectAndNotify(key, written);
    // The relay also stores the idempotency record of a refusal that has no event.
    if (digest && written.unsent.length === 0) wakeRelay();
    crashPoint('command.before-answer');
    const { outcome, sequence } = written.result;
    return { outcome, sequence };
  };

  return {
    execute: (asked: string, command: Command, context: CommandContext): Promise<Executed> =>
      inCommandSpan({ source: decider.source, key: asked, command }, (attempted) => {
        const traceparent = currentTraceparent() ?? context.traceparent;
        return timedCommand(metrics, { command: command.type, traceparent }, () =>
          executeOnce(asked, command, { ...context, traceparent }, attempted),
        );
      }),

    async recordRefusal(asked: string, decision: Decision<never, Refusal>, context: CommandContext): Promise<Executed> {
      const result: CommandResult = { outcome: recordedOutcome(decision.outcome), sequence: 0 };
      if (!context.idempotency) return result;
      const claimed = await idempotencyRecords.claim(context.idempotency, asked);
      if (claimed.result) return claimed.result;
      await idempotencyRecords.recordRefusal(commandIdOf(context.idempotency), result);
      return result;
    },
  };
}
