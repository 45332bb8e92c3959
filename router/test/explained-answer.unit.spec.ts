import { parse, type GraphQLFormattedError } from 'graphql';
import { explained } from '../src/gateway/explained-answer';

type Path = readonly (string | number)[];

const fields = ['id', 'status', 'position', 'queuedAt', 'readyAt', 'pickupBy', 'expiredAt', 'cancelledAt', 'bookId'];
const document = parse(
  `query($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Reservation { ${fields.join(' ')} } }
  }`,
);
const unavailable = (path: Path): GraphQLFormattedError => ({
  message: 'No database.',
  path,
  extensions: { code: 'UNAVAILABLE' },
});
const missing = (path: Path): GraphQLFormattedError => ({
  ...unavailable(path),
  extensions: { code: 'UNAVAILABLE', missingField: true },
});

/** The answer to a fetch of so many entities, all of them null, with one error for each. */
function explainedOutage(count: number, pathOf: (index: number) => Path) {
  const representations = Array.from({ length: count }, (_, id) => ({ __typename: 'Reservation', id: String(id) }));
  const data = { _entities: representations.map(() => null) };
  const errors = representations.map((_, index) => unavailable(pathOf(index)));
  return explained({ data, errors }, { document, variables: { representations } });
}

/** How often the paths of the errors are read. */
function readsOfPaths(count: number, pathOf: (index: number) => Path): number {
  let reads = 0;
  explainedOutage(count, (index) => {
    const read = (path: Path, key: string | symbol): unknown => {
      reads += 1;
      return Reflect.get(path, key);
    };
    return new Proxy(pathOf(index), { get: read });
  });
  return reads;
}

const ofEntity = (index: number): Path => ['_entities', index];
const ofField = (index: number): Path => ['_entities', index, 'status'];

describe('an answer with an error for each of its entities', () => {
  it.each([
    ['entity', ofEntity],
    ['field', ofField],
  ])('costs work in proportion to its size when the errors are of an %s', (_, pathOf) => {
    expect(readsOfPaths(400, pathOf)).toBe(2 * readsOfPaths(200, pathOf));
  });

  it('repeats an error of an entity for each of its fields', () => {
    const paths = [0, 1].flatMap((index) => fields.map((field) => ['_entities', index, field]));
    expect(explainedOutage(2, ofEntity).errors).toEqual(paths.map(missing));
  });

  it('adds nothing to an error of a field, which explains why its entity is null', () => {
    expect(explainedOutage(2, ofField).errors).toEqual([0, 1].map((index) => unavailable(ofField(index))));
  });

  it('repeats an error of all entities for each field of each', () => {
    const paths = [0, 1].flatMap((index) => fields.map((field) => ['_entities', index, field]));
    const representations = [{ __typename: 'Reservation' }, { __typename: 'Reservation' }];
    for (const path of [[], ['_entities']])
      expect(
        explained({ data: null, errors: [unavailable(path)] }, { document, variables: { representations } }).errors,
      ).toEqual(paths.map(missing));
  });

  it('leaves the error of another entity, or of another index, unrelated', () => {
    const representations = [{ __typename: 'Reservation' }];
    const data = { _entities: [null] };
    for (const path of [
      ['_entities', 1],
      ['_entities', '0'],
      ['other', 0],
    ]) {
      const { errors = [] } = explained(
        { data, errors: [unavailable(path)] },
        { document, variables: { representations } },
      );
      expect(errors[0]).toEqual(unavailable(path));
      expect(errors.slice(1).map((error) => error.path)).toEqual(fields.map((field) => ['_entities', 0, field]));
    }
  });
});
