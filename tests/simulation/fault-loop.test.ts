import {describe, expect, test} from 'vitest'
import {runWithFault} from './loop-run.ts'
import {scenarios} from './loop-scenarios.ts'
import {callFaults} from './nth-call.ts'

/** More calls than any scenario makes: a loop that never ends is a fault of its own. */
const MOST_CALLS = 200

describe.each(scenarios)('$name', (scenario) => {
  test.each(callFaults)('with the 1st, 2nd, … call to storage ending in: %s', async (fault) => {
    let n = 1
    while (await runWithFault(scenario, n, fault)) {
      n += 1
      expect(n).toBeLessThan(MOST_CALLS)
    }
    expect(n).toBeGreaterThan(1)
  })
})
