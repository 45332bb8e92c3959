import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import vm from 'node:vm';

/** Stands for "no context of its own" where jest asks for one. */
const NODE_GLOBALS = {};

const { compileFunction } = vm;
vm.compileFunction = (code, parameters, { parsingContext, ...options }) =>
  compileFunction(code, parameters, parsingContext === NODE_GLOBALS ? options : { parsingContext, ...options });

/**
 * Runs test files with the globals of the worker process instead of a `vm` context for each file. Packages that
 * `packages.transform.mjs` loads once per worker then share `Error`, `Map` and the like with the code under test, and no
 * use of a global goes through a proxy. What a file changes of the process is put back before the next one.
 */
export default class NodeGlobalsEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  /** The timers of jest before 27; no file asks for them. */
  fakeTimers = null;

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
    // Here and not in `setup`: before that, jest has replaced the console and functions of the process.
    const { exit, exitCode, getBuiltinModule } = process;
    this.before = {
      console: globalThis.console,
      env: { ...process.env },
      process: { exit, exitCode, getBuiltinModule },
    };
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    for (const name of Object.keys(process.env)) if (!(name in this.before.env)) delete process.env[name];
    Object.assign(process.env, this.before.env);
    Object.assign(process, this.before.process);
    globalThis.console = this.before.console;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return NODE_GLOBALS;
  }
}
