import { spawnSync } from 'node:child_process';
import type { Contracts } from './contracts';

export const RECORDED = 'tests/contracts/recorded.json';

/** Contracts to compare with, and where they are from. */
export interface Base {
  readonly name: string;
  readonly contracts: Contracts;
}

/**
 * What main has recorded: at the commit where HEAD left it, or one before HEAD where HEAD is on it, or where the clone has no main: that
 * of a pull request, whose merge commit comes after main.
 */
export function baseFromGit(root: string, chosen: string | undefined): Base | undefined {
  const git = (...args: readonly string[]): string | undefined => {
    const { status, stdout } = spawnSync('git', ['-C', root, ...args], {
      encoding: 'utf8',
      maxBuffer: 64 * 1_024 ** 2,
    });
    return status === 0 ? stdout.trim() : undefined;
  };
  const commitOf = (ref: string): string | undefined => git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`);
  const head = commitOf('HEAD');
  const main = chosen ?? ['origin/main', 'main'].find((ref) => commitOf(ref) !== undefined);
  const forked = main === undefined ? undefined : git('merge-base', 'HEAD', main);
  const isAfterMain = chosen === undefined && (main === undefined || forked === head);
  const commit = isAfterMain ? commitOf('HEAD~1') : forked;
  const text = commit === undefined ? undefined : git('show', `${commit}:${RECORDED}`);
  if (commit === undefined || text === undefined) return undefined;
  return { name: `commit ${commit.slice(0, 7)}`, contracts: JSON.parse(text) as Contracts };
}
