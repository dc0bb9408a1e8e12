/** What is asked for again while it is under way gets the same answer: work is done once. */
export function createSingleFlight<Answer>(): (name: string, work: () => Promise<Answer>) => Promise<Answer> {
  const under = new Map<string, Promise<Answer>>()
  return (name, work) => {
    const known = under.get(name)
    if (known !== undefined) {
      return known
    }
    const begun = work().finally(() => under.delete(name))
    under.set(name, begun)
    return begun
  }
}
