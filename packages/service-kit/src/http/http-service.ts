import { VERSION } from '@rentalbook/observability/metrics';
import { pause } from '@rentalbook/timing';
import Fastify, { type FastifyInstance } from 'fastify';
import { errorCode } from '../process/error-code';
import { StartupError, type Running } from '../process/lifecycle';
import type { Logger } from '../process/logger';
import { traceRequests } from '../telemetry/request-trace';
import { createConnectionLimits, type ConnectionLimits } from './connection-limits';
import { boundConnections, type ConnectionRoom } from './connection-room';

/**
 * Resolves to the reason why the service is not ready, or to undefined when it is. Checks that have a name are left out when a
 * probe excludes them: `/readyz?exclude=NAME`, as at the Kubernetes API server.
 */
export type ReadinessCheck = (excluded: readonly string[]) => Promise<string | undefined>;

export interface HttpServiceOptions {
  readonly port: number;
  /** The address to listen on: "localhost" for this machine only, "::" for every network. */
  readonly host: string;
  readonly logger: Logger;
  /** Bytes; a larger request is answered with 413. */
  readonly bodyLimit?: number;
  /** Milliseconds between readiness turning false and the port closing, so that load balancers drop us first. */
  readonly dropDelayMs?: number;
  /** Milliseconds within which a client has to have sent the headers of a request, and the whole of it. */
  readonly arrivalMs?: number;
  /** How many connections, and requests of each, are held at once; by default any number. */
  readonly room?: ConnectionRoom;
  /** How long a connection is used; by default for as long as the client likes. */
  readonly connections?: ConnectionLimits;
  /** How many proxies before this service are trusted to name the client's address; by default none. */
  readonly trustProxy?: number;
  readonly readiness: ReadinessCheck;
  readonly routes: (http: FastifyInstance) => Promise<void>;
}

export interface HttpService extends Running {
  readonly port: number;
  /** Has a request answered without a connection. */
  readonly inject: FastifyInstance['inject'];
}

const LATE_CHECK_MS = 1_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route serves requests without a signed identity, in a service that requires them. */
    withoutIdentity?: boolean;
  }
}

/** A probe has no identity. */
const PROBE = { config: { withoutIdentity: true } };

/** No route has a JSON schema: without Fastify's own compilers, a start does not load Ajv and compile its schemas. */
const NO_SCHEMA_COMPILERS = { buildValidator: refuseSchemas, buildSerializer: refuseSchemas };

/** Serves `/healthz` (the process is alive), `/readyz` (it can do its work) and the service's own routes. */
export async function startHttpService(options: HttpServiceOptions): Promise<HttpService> {
  const { logger } = options;
  const http = Fastify({
    bodyLimit: options.bodyLimit ?? 100_000,
    forceCloseConnections: 'idle',
    schemaController: { compilersFactory: NO_SCHEMA_COMPILERS },
    // Node checks for late requests only every 30 seconds by default.
    ...(options.arrivalMs !== undefined && {
      http: {
        headersTimeout: options.arrivalMs,
        requestTimeout: options.arrivalMs,
        connectionsCheckingInterval: Math.min(LATE_CHECK_MS, options.arrivalMs),
      },
    }),
    trustProxy: (_address, hop) => hop < (options.trustProxy ?? 0),
  });
  if (options.room) boundConnections(http.server, options.room);
  let stopping: Promise<void> | undefined;
  traceRequests(http);

  http.get('/healthz', PROBE, () => ({ status: 'ok' }));
  http.get<{ Querystring: { exclude?: string | string[] } }>('/readyz', PROBE, async ({ query }, reply) => {
    const reason = stopping ? 'stopping' : await options.readiness([query.exclude ?? []].flat());
    const about = { version: VERSION };
    return reason
      ? reply.status(503).send({ status: 'unready', reason, ...about })
      : reply.send({ status: 'ready', ...about });
  });
  // A connection with a running request is not idle when the port closes: it must end with its answer.
  const limits = options.connections && createConnectionLimits(options.connections, () => performance.now());
  http.addHook('onSend', (request, reply, _payload, done) => {
    if (limits?.isLast(request.raw.socket) || stopping) void reply.header('connection', 'close');
    done();
  });
  await options.routes(http);
  await listen(http, options.port, options.host);
  logger.info({ port: portOf(http, options.port) }, 'listening');

  const stop = async (): Promise<void> => {
    if (options.dropDelayMs) await pause(options.dropDelayMs);
    await http.close();
  };
  return {
    port: portOf(http, options.port),
    inject: http.inject.bind(http),
    stop: () => (stopping ??= stop()),
  };
}

async function listen(http: FastifyInstance, port: number, host: string): Promise<void> {
  try {
    await http.listen({ port, host });
  } catch (error) {
    if (errorCode(error) === 'EADDRINUSE')
      throw new StartupError(
        `Port ${String(port)} (PORT) is in use by another program; stop it or choose another port.`,
      );
    if (errorCode(error) === 'EACCES')
      throw new StartupError(`Port ${String(port)} (PORT) is not allowed for this user; choose one above 1023.`);
    if (errorCode(error) !== 'EAFNOSUPPORT' || host !== '::') throw error;
    await http.listen({ port, host: '0.0.0.0' });
  }
}

function refuseSchemas(): never {
  throw new Error(
    'A route has a JSON schema, which Fastify has no compilers for here; validate with zod in the handler.',
  );
}

function portOf(http: FastifyInstance, asked: number): number {
  const address = http.server.address();
  return address && typeof address === 'object' ? address.port : asked;
}
