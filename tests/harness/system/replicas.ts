import type { createSupervisor, Program } from '@rentalbook/cli';
import { freePorts } from '@rentalbook/test-kit';
import { join } from 'node:path';

export interface Replica {
  readonly name: string;
  stop(): Promise<void>;
}

interface ReplicasOptions {
  /** Where the repository is. */
  readonly root: string;
  readonly supervisor: Pick<ReturnType<typeof createSupervisor>, 'start' | 'dismiss'>;
  readonly untilReady: (program: Program) => Promise<void>;
  readonly stopWithinMs: number;
}

/** The processes that a service has beside its first. */
export function createReplicas({ root, supervisor, untilReady, stopWithinMs }: ReplicasOptions) {
  const skewedClock = join(root, 'tests/harness/system/skewed-clock.cjs');
  const running = new Map<string, Program>();
  let ever = 0;
  return {
    async add(original: Program, clockOffMs = 0): Promise<Replica> {
      const [port = 0] = await freePorts(1);
      ever += 1;
      const clock = clockOffMs !== 0 && {
        NODE_OPTIONS: `--require "${skewedClock}"`,
        CLOCK_OFF_MS: String(clockOffMs),
      };
      const name = `${original.name}-replica-${String(ever)}`;
      const replica = { ...original, name, port, env: { ...original.env, ...clock, PORT: String(port) } };
      running.set(name, replica);
      supervisor.start([replica]);
      await untilReady(replica);
      return {
        name,
        async stop() {
          await supervisor.dismiss(replica, stopWithinMs);
          running.delete(name);
        },
      };
    },
    programs: (): readonly Program[] => [...running.values()],
    async dismissAll(): Promise<void> {
      await Promise.all([...running.values()].map((replica) => supervisor.dismiss(replica, stopWithinMs)));
      running.clear();
    },
  };
}
