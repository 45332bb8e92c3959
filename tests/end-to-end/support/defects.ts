const DEFECT = /^[\d:.]+ \S+ +(error|fatal) +(a request failed|an operation failed|the service cannot go on)/;

/** The lines of what a system printed that say that it has a defect: bad input and outages make none. */
export const defectsIn = (output: string): string[] => output.split('\n').filter((line) => DEFECT.test(line));
