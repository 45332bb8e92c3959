/** Operators of MongoDB that match anything, run code or write, as a value of JSON. */
const operators: readonly object[] = [
  { $ne: null },
  { $gt: '' },
  { $gte: 0 },
  { $regex: '.*' },
  { $in: ['', null] },
  { $nin: [] },
  { $exists: true },
  { $type: 'string' },
  { $where: 'return true' },
  { $expr: { $eq: [1, 1] } },
  { $not: { $eq: null } },
  { $or: [{}, {}] },
  { $function: { body: 'return true', args: [], lang: 'js' } },
  { $set: { roles: ['librarian'] } },
];

/** Each as it is, in a list, and within another object. */
export const operatorValues: readonly unknown[] = [
  ...operators,
  ...operators.map((operator) => [operator]),
  ...operators.map((operator) => ({ id: operator })),
];

/** Operators as a text, which a careless program parses or hands to a query. */
export const operatorTexts: readonly string[] = [
  '$where',
  '$ne',
  '{"$ne":null}',
  '{"$gt":""}',
  '.*',
  '^',
  "' || 1 == 1 || '",
  '";return true;"',
  '__proto__',
  '[object Object]',
];
