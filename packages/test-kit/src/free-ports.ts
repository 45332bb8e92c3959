import { isFree } from '@rentalbook/cli';
import { randomInt } from 'node:crypto';

/** Below the range from which systems take the ports of outgoing connections. */
const RANGE = { first: 20_000, end: 32_000 };

/** The first of so many ports in a row on which nothing listens. */
export async function freeRun(count: number): Promise<number> {
  for (;;) {
    const first = randomInt(RANGE.first, RANGE.end - count);
    const free = await Promise.all(Array.from({ length: count }, (_, place) => isFree(first + place)));
    if (free.every(Boolean)) return first;
  }
}

/** Ports on which nothing listens, drawn at random so that systems started side by side do not meet. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports = new Set<number>();
  while (ports.size < count) {
    const port = randomInt(RANGE.first, RANGE.end);
    if (!ports.has(port) && (await isFree(port))) ports.add(port);
  }
  return [...ports];
}
