/**
 * Runs the contenders one after the other, `rounds` times, each round beginning with another one, so that what disturbs
 * the machine for a while disturbs all of them. The first rounds warm up and do not count.
 */
export async function interleave<Name extends string>(
  names: readonly Name[],
  rounds: number,
  run: (name: Name) => Promise<number | readonly number[]>,
  warmUps = 1,
): Promise<Record<Name, readonly number[]>> {
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = -warmUps; round < rounds; round++) {
    const first = (round + warmUps) % names.length
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const sampled = await run(name)
      if (round >= 0) {
        samples[name].push(...(typeof sampled === 'number' ? [sampled] : sampled))
      }
    }
  }
  return samples
}
