/** Throws a sentence with both values unless they are the same JSON. */
export function assertSame(what: string, actual: unknown, expected: unknown): void {
  const [is, shouldBe] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== shouldBe) {
    throw new Error(`${what} is ${is}, expected ${shouldBe}`)
  }
}
