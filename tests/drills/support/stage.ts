import { librarian, member, type Librarian, type Reader } from '@rentalbook/test-kit';
import { randomBytes } from 'node:crypto';
import type { Cluster } from './cluster';
import { applyVariant, OVERLAY, together, withoutScaling, type Variant } from './overlay';
import type { Progress } from './progress';
import { until, type Patience } from './until';

/** Starting everything at once, engines included, on two busy cores. */
const SETTLES_WITHIN_MS = 180_000;
/** More often, polling would take a small machine the time for what it waits for. */
const POLL_EVERY_MS = 1_500;
const SHOWN_WITHIN_MS = 30_000;
const SERVES_WITHIN_MS = 60_000;
/** A read that every subgraph has a part in, of which nothing has to exist. */
export const FROM_EVERY_SUBGRAPH = `{
  books(first: 1) { edges { node { id } } }
  reservation(id: "none") { id }
  rental(id: "none") { id }
  myPage { activeCount }
}`;

/** What every drill has at hand. */
export interface Stage {
  readonly cluster: Cluster;
  /** Fewer requests and shorter looks, for CI; the bars stay. */
  readonly short: boolean;
  readonly signal: AbortSignal;
  /** How long what a reader did may take to show everywhere; a control, in which it never does, waits half as long. */
  readonly patienceMs: number;
  say(line: string): void;
  /** Does something that takes longer than a moment; lines of progress name it meanwhile. */
  during: Progress['during'];
  until<Found>(condition: () => Promise<Found> | Found, patience: Patience): Promise<Exclude<Found, false | undefined>>;
  /** Makes the cluster like the local overlay, as anybody does. */
  deploy(): Promise<void>;
  /** Makes the cluster like the variant, without autoscaling; it is put back after the drill, however that ends. */
  apply(variant: Variant): Promise<void>;
  /** The same where the variant differs from what is there in Deployments alone, which takes a fraction of the time. */
  applyDeployments(variant: Variant): Promise<void>;
  /** Waits until every workload is as its manifest wants it. */
  rolledOut(): Promise<void>;
  /** The same, and until the pods that were there before are gone. */
  settled(): Promise<void>;
  /** Waits until the router has an answer from every subgraph: what was settled may not be connected yet. */
  serving(): Promise<void>;
  /** Where the router answers; waits until it does. */
  routerUrl(): Promise<string>;
  /** A member that no other test uses. */
  reader(name: string): Promise<Reader>;
  librarian(): Promise<Librarian>;
}

export interface StageOptions {
  readonly cluster: Cluster;
  readonly short: boolean;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** The router's address, when the cluster's own answer is of no use. */
  readonly url: string | undefined;
}

export function setStage({ cluster, short, signal, progress, url: givenUrl }: StageOptions): Stage {
  const { say, during } = progress;
  const waitFor: Stage['until'] = (condition, patience) =>
    during(
      () => `waiting for ${typeof patience.what === 'string' ? patience.what : patience.what()}`,
      () => until(signal, condition, patience),
    );

  let known: string | undefined;
  const routerUrl = async (): Promise<string> =>
    (known ??= await waitFor(
      async () => {
        const url = givenUrl ?? (await cluster.routerUrl());
        return url !== undefined && (await answers(url)) ? url : undefined;
      },
      { withinMs: 30_000, what: 'an answer of the router' },
    ));
  const router = async () => ({ url: await routerUrl(), dataDir: OVERLAY });

  const make = async (variant: Variant, kind?: string): Promise<void> => {
    signal.throwIfAborted();
    // A variant with the mesh has another entrance.
    known = undefined;
    await during('applying the manifests', () => applyVariant(cluster.kubectl, variant, kind));
  };

  const rolledOut = async (): Promise<void> => {
    await waitFor(async () => (await cluster.notRolledOut()).length === 0, {
      withinMs: SETTLES_WITHIN_MS,
      what: 'the end of the rollout',
      everyMs: POLL_EVERY_MS,
    });
  };

  return {
    cluster,
    short,
    signal,
    patienceMs: SHOWN_WITHIN_MS,
    say,
    during,
    until: waitFor,
    deploy: () => make({}),
    apply: (variant) => make(together(withoutScaling, variant)),
    applyDeployments: (variant) => make(together(withoutScaling, variant), 'Deployment'),
    rolledOut,
    async settled() {
      await rolledOut();
      await waitFor(async () => (await cluster.ending()).length === 0, {
        withinMs: SETTLES_WITHIN_MS,
        what: 'the end of the pods that were replaced',
        everyMs: POLL_EVERY_MS,
      });
    },
    async serving() {
      const reader = await member(await router(), 'probe');
      await waitFor(async () => reader.data(FROM_EVERY_SUBGRAPH).then(() => true), {
        withinMs: SERVES_WITHIN_MS,
        what: 'an answer from every subgraph',
      });
    },
    routerUrl,
    reader: async (name) => member(await router(), `${name}-${randomBytes(4).toString('hex')}`, name),
    librarian: async () => librarian(await router()),
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
      signal: AbortSignal.timeout(2_000),
    });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
