/** The names of the states that a value of a chart may be in. */
type NameIn<Value> = Value extends string ? Value : Extract<keyof Value, string>
type NameBelow<Value, Outer> = Value extends object ? (Outer extends keyof Value ? NameIn<Value[Outer]> : never) : never

/**
 * Whether a chart is in a state, or in that one below it: what `matches` says, for questions that are asked with every
 * message of a chart. `matches` makes new objects for each of them.
 */
export function isIn<Value extends string | object, Outer extends NameIn<Value>>(
  {value}: {readonly value: Value},
  outer: Outer,
  inner?: NameBelow<Value, Outer>,
): boolean {
  if (typeof value === 'string') {
    return value === outer && inner === undefined
  }
  const below = (value as Readonly<Record<string, string | object | undefined>>)[outer]
  if (inner === undefined || below === undefined) {
    return below !== undefined
  }
  return typeof below === 'string' ? below === inner : inner in below
}
