import { Binary, isDocument, shown } from '../bson/values';
import { CommandError } from '../errors';
import { assertOnly, OK, type Command, type CommandCall } from './command';

/** A connection has one login at a time. */
const CONVERSATION = 1;
const START_OPTIONS = new Set(['skipEmptyExchange']);

const saslStart: Command = {
  fields: ['mechanism', 'payload', 'autoAuthorize', 'options'],
  run(call) {
    const { fields, access } = call;
    const options = fields['options'];
    if (isDocument(options)) assertOnly(options, START_OPTIONS, 'saslStart.options');
    // Without it the client expects one more exchange, with nothing in it.
    if (!isDocument(options) || options['skipEmptyExchange'] !== true)
      throw new CommandError(115, 'A login without skipEmptyExchange is not supported by the embedded MongoDB.');
    return answer(access.start(fields['mechanism'], textIn(call)), false);
  },
};

const saslContinue: Command = {
  fields: ['conversationId', 'payload'],
  run(call) {
    if (call.fields['conversationId'] !== CONVERSATION) throw new CommandError(17, 'Mismatched conversation id');
    return answer(call.access.finish(textIn(call)), true);
  },
};

function textIn({ name, fields: { payload } }: CommandCall): string {
  if (payload instanceof Binary) return Buffer.from(payload.value()).toString('utf8');
  throw new CommandError(14, `BSON field '${name}.payload' must be binary data, got ${shown(payload)}`);
}

const answer = (text: string, done: boolean) => ({
  conversationId: CONVERSATION,
  done,
  payload: new Binary(Buffer.from(text)),
  ...OK,
});

export const authenticationCommands = { saslStart, saslContinue };
