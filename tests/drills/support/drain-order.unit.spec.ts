import { NotProven } from './drill';
import { inOrder, readEnding, type Ending } from './drain-order';

const DELETED_AT = '2026-01-01T00:00:20Z';
const at = (second: number): string => `2026-01-01T00:00:0${String(second)}Z`;
const container = (name: string, finishedAt?: string, exitCode = 0) => ({
  name,
  state: finishedAt === undefined ? { running: {} } : { terminated: { finishedAt, exitCode } },
});
const line = (status: object, deletedAt = DELETED_AT): string =>
  ['book-1', deletedAt, JSON.stringify(status)].join('|');

describe('the order in which a pod’s containers end', () => {
  it.each([
    ['a native sidecar after the service', at(8), at(9), 'service first'],
    ['a service that has ended, and a sidecar that has not', at(8), undefined, 'service first'],
    ['a sidecar before the service', at(9), at(5), 'sidecar first'],
    ['a sidecar that has ended, and a service that has not', undefined, at(5), 'sidecar first'],
    ['both at once', at(5), at(5), 'within the same second'],
  ])('%s', (_name, service, sidecar, order) => {
    const asNative = {
      containerStatuses: [container('service', service)],
      initContainerStatuses: [container('istio-proxy', sidecar)],
    };
    const asPlain = { containerStatuses: [container('istio-proxy', sidecar), container('service', service)] };
    for (const status of [asNative, asPlain])
      expect(readEnding(line(status))).toEqual({
        pod: 'book-1',
        order,
        exitCode: service === undefined ? undefined : 0,
      });
  });

  it('is unknown while both run, and of a pod that runs on', () => {
    expect(readEnding(line({ containerStatuses: [container('service'), container('istio-proxy')] }))).toBeUndefined();
    expect(readEnding(line({ containerStatuses: [container('service', at(1))] }, ''))).toBeUndefined();
    expect(readEnding(line({}))).toBeUndefined();
  });

  it.each<[string, Omit<Ending, 'pod'>, boolean]>([
    ['the service first', { order: 'service first', exitCode: 0 }, true],
    ['both in the same second', { order: 'within the same second', exitCode: 0 }, true],
    ['the sidecar first', { order: 'sidecar first', exitCode: 0 }, false],
    ['a service that did not end by itself', { order: 'service first', exitCode: 137 }, false],
  ])('%s is right or wrong', (_name, ending, isRight) => {
    const judge = (): void => {
      inOrder([{ pod: 'book-1', ...ending }]);
    };
    if (isRight) expect(judge).not.toThrow();
    else expect(judge).toThrow(NotProven);
  });
});
