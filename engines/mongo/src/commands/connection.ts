import { SCRAM_SHA_256 } from '@rentalbook/embedded-storage';
import { Binary, isDocument, Long, MAX_DOCUMENT_BYTES, shown, type BsonDocument } from '../bson/values';
import { CommandError, unsupported } from '../errors';
import { MAX_MESSAGE_BYTES } from '../wire/frames';
import { assertOnly, OK, type Command, type CommandCall, type Commands } from './command';

/** A standalone server that speaks as MongoDB 7: without a set name the driver neither retries writes nor begins transactions. */
const hello = (role: BsonDocument): Command => ({
  /** What a client says about itself, and what it offers (compression, a login with the greeting) and a server may leave untaken. */
  fields: ['helloOk', 'client', 'compression', 'saslSupportedMechs', 'speculativeAuthenticate', 'backpressure'],
  run: ({ fields, now }) => ({
    ...role,
    helloOk: true,
    maxBsonObjectSize: MAX_DOCUMENT_BYTES,
    maxMessageSizeBytes: MAX_MESSAGE_BYTES,
    maxWriteBatchSize: 100_000,
    localTime: now,
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 21,
    readOnly: false,
    // The client asks with the name of a user; the answer does not show which users exist.
    ...(fields['saslSupportedMechs'] !== undefined && { saslSupportedMechs: [SCRAM_SHA_256] }),
    ...OK,
  }),
});

/** A connection has one login at a time. */
const CONVERSATION = 1;
const START_OPTIONS = new Set(['skipEmptyExchange']);

const saslStart: Command = {
  fields: ['mechanism', 'payload', 'autoAuthorize', 'options'],
  run(call) {
    const { mechanism, options } = call.fields;
    if (isDocument(options)) assertOnly(options, START_OPTIONS, 'saslStart.options');
    // Without it the client expects one more exchange, with nothing in it.
    if (!isDocument(options) || options['skipEmptyExchange'] !== true)
      throw unsupported('A login without skipEmptyExchange');
    return loginStep(call.access.start(mechanism, textIn(call)), false);
  },
};

const saslContinue: Command = {
  fields: ['conversationId', 'payload'],
  run(call) {
    if (call.fields['conversationId'] !== CONVERSATION) throw new CommandError(17, 'Mismatched conversation id');
    return loginStep(call.access.finish(textIn(call)), true);
  },
};

function textIn({ name, fields: { payload } }: CommandCall): string {
  if (payload instanceof Binary) return Buffer.from(payload.value()).toString('utf8');
  throw new CommandError(14, `BSON field '${name}.payload' must be binary data, got ${shown(payload)}`);
}

const loginStep = (text: string, done: boolean) => ({
  conversationId: CONVERSATION,
  done,
  payload: new Binary(Buffer.from(text)),
  ...OK,
});

const serverStatus: Command = {
  fields: [],
  run: ({ cursors, executed }) => ({
    process: process.title,
    pid: Long.fromNumber(process.pid),
    metrics: {
      cursor: { open: { total: cursors.size } },
      commands: Object.fromEntries([...executed].map(([name, total]) => [name, { total: Long.fromNumber(total) }])),
    },
    ...OK,
  }),
};

/** What a client asks about its connection and the server. */
export const connectionCommands: Commands = {
  hello: hello({ isWritablePrimary: true }),
  ismaster: hello({ ismaster: true }),
  ping: { fields: [], run: () => OK },
  /** Sessions hold nothing here, so there is nothing to end. */
  endSessions: { fields: [], run: () => OK },
  saslStart,
  saslContinue,
  serverStatus,
};
