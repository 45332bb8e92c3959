import { UsageError } from '@rentalbook/cli';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { kubectl, KubectlFailed, type Kubectl } from './kubectl';
import { buildVariant, OVERLAY } from './overlay';
import { requireOwnership } from './ownership';

/** The first in which preStop may sleep without a feature gate. */
const OLDEST_MINOR = 30;

/** What npm run k8s:secrets makes, and git ignores. */
const KEYS = join(OVERLAY, 'keys');

/** A kubelet lists its images every 30 s and reports them every 10 s: one loaded a moment ago may be missing till then. */
const REPORTED_WITHIN_MS = 45_000;

/**
 * Finds out, without changing anything, whether drills may run there; throws UsageError with what is in the way.
 * Resolves to whether the system is there already.
 */
export async function preflight(kubectl: Kubectl): Promise<{ readonly isDeployed: boolean }> {
  if (!existsSync(KEYS)) throw new UsageError(`${KEYS} is missing; make the keys once with "npm run k8s:secrets".`);
  await requireCluster(kubectl);
  const isDeployed = await requireOwnership(kubectl);
  await requireImages(kubectl, await ownImages(), REPORTED_WITHIN_MS);
  return { isDeployed };
}

/** Throws UsageError when kubectl does not know the context, or the cluster does not answer. */
export async function requireCluster(kubectl: Kubectl): Promise<void> {
  await requireContext(kubectl.context);
  await requireAnswer(kubectl);
}

async function requireContext(context: string): Promise<void> {
  const known = (await kubectl(['config', 'get-contexts', '--output=name'])).split('\n').filter((name) => name !== '');
  if (known.includes(context)) return;
  const choice = known.length > 0 ? `it knows ${known.join(', ')}` : 'it knows none, so set KUBECONFIG';
  throw new UsageError(`kubectl knows no context "${context}"; ${choice}.`);
}

async function requireAnswer({ run, context }: Kubectl): Promise<void> {
  let answer: string;
  try {
    answer = await run(['version', '--output=json', '--request-timeout=5s']);
  } catch (error) {
    if (!(error instanceof KubectlFailed)) throw error;
    throw new UsageError(`No cluster answers for the context "${context}": ${error.message.split('\n').at(-1) ?? ''}`);
  }
  requireVersion(context, answer);
}

/** Throws UsageError when the manifests need what the cluster does not have: it would leave these fields out. */
export function requireVersion(context: string, answer: string): void {
  interface Versions {
    readonly serverVersion: { readonly major: string; readonly minor: string; readonly gitVersion: string };
  }
  const { major, minor, gitVersion } = (JSON.parse(answer) as Versions).serverVersion;
  if (Number(major) > 1 || parseInt(minor) >= OLDEST_MINOR) return;
  throw new UsageError(
    `The cluster of the context "${context}" is Kubernetes ${gitVersion}, and the manifests need 1.${String(OLDEST_MINOR)} or newer; upgrade it, or choose another.`,
  );
}

/** Throws UsageError when one node or another does not have an image by then. */
export async function requireImages(kubectl: Kubectl, wanted: readonly string[], withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  for (;;) {
    const missing = await missingImages(kubectl, wanted);
    if (missing.length === 0) return;
    if (performance.now() >= giveUpAt)
      throw new UsageError(
        `A node of the context "${kubectl.context}" has no image ${missing.join(', ')}; build and load ${missing.length > 1 ? 'them' : 'it'} as docs/deploy.md says.`,
      );
    await delay(1_000);
  }
}

/** The images that one node or another does not have. */
export async function missingImages({ json }: Kubectl, wanted: readonly string[]): Promise<readonly string[]> {
  interface Node {
    readonly status: { readonly images?: readonly { readonly names?: readonly string[] }[] };
  }
  const { items } = await json<{ items: readonly Node[] }>(['get', 'nodes']);
  return wanted.filter((image) =>
    items.some(({ status }) => {
      const there = (status.images ?? []).flatMap(({ names = [] }) => names);
      return !there.includes(image) && !there.includes(`docker.io/${image}`);
    }),
  );
}

/** Our own images, as the overlay names them. Those of the engines may come from a registry. */
async function ownImages(): Promise<string[]> {
  const named = (await buildVariant({})).matchAll(/^ *-? *image: (rentalbook\/\S+)$/gm);
  return [...new Set([...named].map(([, image]) => image ?? ''))];
}
