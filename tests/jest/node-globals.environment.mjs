import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';

/** Stands for "no context of its own" where jest asks for one. */
const NODE_GLOBALS = {};

const { compileFunction } = vm;
vm.compileFunction = (code, parameters, options) =>
  options.parsingContext === NODE_GLOBALS
    ? compileOnce(code, parameters, options.filename)
    : compileFunction(code, parameters, options);

/** The newest script of each file: a module is evaluated for each test file, and compiled once per worker. */
const scripts = new Map();

function compileOnce(code, parameters, filename) {
  const known = scripts.get(filename);
  if (known?.code === code) return known.script.runInThisContext();
  const start = `(function (${parameters.join(', ')}) {`;
  const script = new vm.Script(`${start}${code}\n})`, { filename, columnOffset: -start.length });
  scripts.set(filename, { code, script });
  return script.runInThisContext();
}

/**
 * The storages that were entered since the last test file. jest-circus makes one for each file and leaves it enabled, and
 * each promise, timer and request of the process costs time for every storage that is.
 */
const entered = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (...args) {
  entered.add(this);
  return run.apply(this, args);
};

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
    for (const storage of entered) storage.disable();
    entered.clear();
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
