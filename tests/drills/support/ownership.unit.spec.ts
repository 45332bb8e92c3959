import type { Kubectl } from './kubectl';
import { createOwned, requireOwnership } from './ownership';

/** kubectl of a cluster whose namespace is as given; it records what it is run with. */
function kubectlWith(namespace: object | undefined): Kubectl & { readonly runs: string[] } {
  const runs: string[] = [];
  return {
    runs,
    context: 'test',
    run: async (args) => {
      runs.push(args.join(' '));
      return Promise.resolve('');
    },
    json: async <Answer>() => Promise.resolve(namespace as Answer),
    find: async <Answer>() => Promise.resolve(namespace as Answer | undefined),
    follow: () => {
      throw new Error('not used');
    },
  };
}
const namespace = (annotations?: object) => ({ metadata: { uid: 'uid-1', annotations } });

describe('the namespace that drills work in', () => {
  it('is free where there is none', async () => {
    expect(await requireOwnership(kubectlWith(undefined))).toBe(false);
  });

  it('is theirs with its own uid in the annotation', async () => {
    expect(await requireOwnership(kubectlWith(namespace({ 'rentalbook/drills': 'uid-1' })))).toBe(true);
  });

  it.each([
    ['without the annotation', undefined],
    ['with what a manifest could hold', { 'rentalbook/drills': 'local' }],
    ['with the uid of a namespace of before', { 'rentalbook/drills': 'uid-0' }],
  ])('is refused %s, with the line that allows it', async (_case, annotations) => {
    await expect(requireOwnership(kubectlWith(namespace(annotations)))).rejects.toThrow(
      /^The namespace "rentalbook" of the context "test" was not created by drills.* annotate --overwrite namespace rentalbook rentalbook\/drills=uid-1$/,
    );
  });

  it('is created, never taken over, and marked with its uid', async () => {
    const kubectl = kubectlWith(namespace());
    await createOwned(kubectl, 'kind: Namespace');
    expect(kubectl.runs).toEqual(['create --filename -', 'annotate namespace rentalbook rentalbook/drills=uid-1']);
  });
});
