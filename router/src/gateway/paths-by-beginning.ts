import type { Position } from './fetch-positions';

interface Branch {
  readonly longer: Position[];
  readonly branches: Map<string | number, Branch>;
}

/**
 * A look-up of paths by their beginning: the paths that are longer than it, in the order of the list; undefined when no path begins
 * with it. It costs the length of the beginning, however many paths there are.
 */
export function pathsByBeginning(paths: readonly Position[]): (beginning: Position) => readonly Position[] | undefined {
  const root = createBranch();
  for (const path of paths) {
    let branch = root;
    for (const key of path) {
      branch.longer.push(path);
      const next = branch.branches.get(key) ?? createBranch();
      branch.branches.set(key, next);
      branch = next;
    }
  }
  return (beginning) => {
    let branch: Branch | undefined = root;
    for (const key of beginning) branch = branch?.branches.get(key);
    return branch?.longer;
  };
}

const createBranch = (): Branch => ({ longer: [], branches: new Map() });
