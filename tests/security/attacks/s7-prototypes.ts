import type { Attack } from '../attack';
import { callersInTurn } from '../inputs/callers';
import { probe } from '../probe';

const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const POLLUTED = 'polluted';
/** As text: an object of JavaScript would take __proto__ for its prototype. */
const poison = (name: string): string => `{"${name}":{"${POLLUTED}":true,"prototype":{"${POLLUTED}":true}}}`;
const request = (query: string, more = ''): string => `{"query":${JSON.stringify(query)}${more}}`;

/** Bodies in which a name that every object has stands where a client may choose a name or a value. */
const places: Readonly<Record<string, (name: string) => string>> = {
  'an alias': (name) => request(`{ ${name}: book(id: "1") { id } }`),
  'two aliases': (name) => request(`{ ${name}: book(id: "1") { id } constructor_: book(id: "2") { ${name}: id } }`),
  'an alias within a list': (name) =>
    request(`{ books(first: 1) { ${name}: edges { ${name}: node { ${name}: id } } } }`),
  'a fragment': (name) =>
    request(`{ books(first: 1) { ...${name} } } fragment ${name} on BookConnection { edges { cursor } }`),
  'an operation': (name) => request(`query ${name} { __typename }`, `,"operationName":"${name}"`),
  'another operation': (name) => request('{ __typename }', `,"operationName":"${name}"`),
  'a variable': (name) => request(`query($${name}: ID!) { book(id: $${name}) { id } }`, `,"variables":{"${name}":"1"}`),
  variables: (name) => request('{ __typename }', `,"variables":${poison(name)}`),
  'an input': (name) =>
    request(
      'mutation($i: ReserveBookInput!) { reserveBook(input: $i) { refusal { code } } }',
      `,"variables":{"i":{"bookId":"none","${name}":{"${POLLUTED}":true}}}`,
    ),
  'an id': (name) =>
    request(`{ book(id: "${name}") { id } reservation(id: "${name}") { id } rental(id: "${name}") { id } }`),
  'a search': (name) => request(`{ books(search: "${name}", first: 1) { edges { cursor } } }`),
  'a cursor': (name) => request(`{ books(after: "${name}") { edges { cursor } } }`),
  'a command': (name) =>
    request(`mutation { reserveBook(input: { bookId: "${name}", idempotencyKey: "${name}" }) { refusal { code } } }`),
  extensions: (name) => request('{ __typename }', `,"extensions":${poison(name)}`),
  'a hash': (name) => `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"${name}"}}}`,
  'the body': (name) => `{"query":"{ __typename }","${name}":{"${POLLUTED}":true}}`,
};

export const prototypes: Attack = {
  id: 'S7',
  name: '__proto__, constructor and the like as alias, fragment, operation, variable, input, id, cursor, extension',
  full: '100 requests',
  bar: 'prototypes unchanged',
  async run(stage) {
    const system = await stage.system();
    const asker = probe(system.url);
    const caller = await callersInTurn(system, 's7', 4, ['member', 'librarian']);
    const control = async (): Promise<string> => {
      const { text } = await asker.post({ query: '{ __typename book(id: "none") { id } }', variables: {} });
      return text;
    };
    const before = await control();
    const chosen = names.slice(0, stage.amount({ short: 2, full: names.length }));
    for (const name of chosen)
      for (const [place, body] of Object.entries(places)) {
        const { text } = await asker.post(body(name), caller());
        if (text.includes(`"${POLLUTED}":true`)) asker.blame('prototypes are unchanged', `${name} as ${place}`, text);
      }
    const after = await control();
    if (after !== before) asker.blame('other requests are answered as before', 'the router', after);
    const count = chosen.length * Object.keys(places).length;
    return {
      amount: `${String(count)} requests`,
      measured: `${String(count - asker.broken.length)} answered as any other name would be`,
      broken: asker.broken,
    };
  },
};
