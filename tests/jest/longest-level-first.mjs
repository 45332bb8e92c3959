import TestSequencer from '@jest/test-sequencer';

const LEVELS = ['faults', 'e2e', 'int', 'unit', 'contract'];
const levelOf = ({ path }) => LEVELS.indexOf(/\.(\w+)\.spec\.ts$/.exec(path)?.[1]);

/**
 * Jest begins with the files that took longest, and where it has no times yet, in a fresh clone, with the largest files. Those
 * that start engines and systems take longer than their size says: a small one that begins last keeps one core waiting.
 */
export default class LongestLevelFirst extends TestSequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isNew = sorted.every(({ duration }) => duration === undefined);
    return isNew ? [...sorted].sort((one, other) => levelOf(one) - levelOf(other)) : sorted;
  }
}
