/** A deep copy of a value that was read from JSON. */
export function copyOfJson<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copyOfJson) as Value;
  if (typeof value !== 'object' || value === null) return value;
  // Defines properties: an assignment to `__proto__` would set the prototype.
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, copyOfJson<unknown>(part)])) as Value;
}
