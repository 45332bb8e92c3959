import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { baseFromGit, RECORDED } from './base';
import type { Contracts } from './contracts';

const root = mkdtempSync(join(tmpdir(), 'contracts-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});
const git = (...args: readonly string[]): string =>
  execFileSync('git', ['-C', root, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { encoding: 'utf8' });
const contracts = (line: string): Contracts => ({ graph: { public: [line] }, events: {} });
function commit(line: string): void {
  mkdirSync(dirname(join(root, RECORDED)), { recursive: true });
  writeFileSync(join(root, RECORDED), JSON.stringify(contracts(line)));
  git('add', '.');
  git('commit', '--quiet', '--no-verify', '--message', line);
}

it('contracts are compared with those of the last commit of main, whatever is checked out', () => {
  expect(baseFromGit(root, undefined)).toBeUndefined();
  git('init', '--quiet', '--initial-branch', 'main');
  commit('first');
  expect(baseFromGit(root, undefined)).toBeUndefined();
  commit('second');
  expect(baseFromGit(root, undefined)?.contracts).toEqual(contracts('first'));
  git('checkout', '--quiet', '-b', 'topic');
  commit('third');
  expect(baseFromGit(root, undefined)?.contracts).toEqual(contracts('second'));
  expect(baseFromGit(root, 'HEAD~2')?.contracts).toEqual(contracts('first'));
  expect(baseFromGit(root, 'nowhere')).toBeUndefined();
  git('branch', '--quiet', '--delete', '--force', 'main');
  expect(baseFromGit(root, undefined)?.contracts).toEqual(contracts('second'));
});
