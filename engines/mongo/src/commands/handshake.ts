import { SCRAM_SHA_256 } from '@rentalbook/embedded-storage';
import { mongo } from 'mongoose';
import type { BsonDocument } from '../bson/values';
import { MAX_DOCUMENT_BYTES } from '../bson/values';
import { MAX_MESSAGE_BYTES } from '../wire/frames';
import { OK, type Command, type CommandCall } from './command';

const VERSION = '7.0.0';
const VERSION_PARTS = [7, 0, 0, 0];
const WIRE_VERSION = { min: 0, max: 21 };
const MAX_WRITES_PER_BATCH = 100_000;
const SESSION_MINUTES = 30;

/** A standalone server: without a set name the driver neither retries writes nor begins transactions. */
const greeting = (now: Date): BsonDocument => ({
  helloOk: true,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  maxMessageSizeBytes: MAX_MESSAGE_BYTES,
  maxWriteBatchSize: MAX_WRITES_PER_BATCH,
  localTime: now,
  logicalSessionTimeoutMinutes: SESSION_MINUTES,
  minWireVersion: WIRE_VERSION.min,
  maxWireVersion: WIRE_VERSION.max,
  readOnly: false,
  ...OK,
});

/** What a client says about itself, and what it offers (compression, a login with the greeting) and a server may leave untaken. */
const OFFERS = [
  'helloOk',
  'client',
  'compression',
  'saslSupportedMechs',
  'speculativeAuthenticate',
  'loadBalanced',
  'backpressure',
];

/** The client asks with the name of a user; the error does not show which users exist. */
const mechanismsFor = ({ fields }: CommandCall): BsonDocument =>
  fields['saslSupportedMechs'] === undefined ? {} : { saslSupportedMechs: [SCRAM_SHA_256] };

const legacyHello: Command = {
  fields: OFFERS,
  run: (call) => ({ ismaster: true, ...greeting(call.now), ...mechanismsFor(call) }),
};

export const handshakeCommands: Readonly<Record<string, Command>> = {
  hello: {
    fields: OFFERS,
    run: (call) => ({ isWritablePrimary: true, ...greeting(call.now), ...mechanismsFor(call) }),
  },
  isMaster: legacyHello,
  ismaster: legacyHello,
  ping: { fields: [], run: () => OK },
  buildInfo: {
    fields: [],
    run: () => ({
      version: VERSION,
      versionArray: VERSION_PARTS,
      modules: ['embedded'],
      bits: 64,
      debug: false,
      maxBsonObjectSize: MAX_DOCUMENT_BYTES,
      ...OK,
    }),
  },
  connectionStatus: {
    fields: [],
    run: ({ access: { userName } }) => ({
      authInfo: {
        authenticatedUsers: userName === undefined ? [] : [{ user: userName, db: 'admin' }],
        authenticatedUserRoles: [],
      },
      ...OK,
    }),
  },
  /** Sessions hold nothing here, so there is nothing to end. */
  endSessions: { fields: [], run: () => OK },
  serverStatus: {
    fields: [],
    run: ({ startedAt, now, store, cursors, executed }) => ({
      version: VERSION,
      process: 'rentalbook-embedded-mongo',
      pid: mongo.Long.fromNumber(process.pid),
      uptime: Math.floor((now.getTime() - startedAt.getTime()) / 1_000),
      localTime: now,
      metrics: {
        cursor: { open: { total: cursors.size } },
        commands: Object.fromEntries(
          [...executed].map(([name, total]) => [name, { total: mongo.Long.fromNumber(total) }]),
        ),
      },
      catalogStats: { collections: store.all().length },
      ...OK,
    }),
  },
};
