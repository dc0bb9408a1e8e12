import type {CommitGroup, Selector} from '../../../src/model/storage-port.ts'

/** Which calls of storage wait for an answer while a chart is driven. */
export function waitsFor(
  chart: string,
  method: string,
  args: readonly unknown[],
  {isReady}: {readonly isReady: boolean},
): boolean {
  if (!isReady) {
    return false
  }
  if (chart === 'writer') {
    return method === 'commit' && !isOfClock(args[0] as readonly CommitGroup[])
  }
  return chart === 'workspace' && (isSave(method, args) || isLoad(method, args))
}

/** What the clock showed is written down beside the writer. */
function isOfClock(groups: readonly CommitGroup[]): boolean {
  return groups.every(({expect}) => expect.key.endsWith('/clock'))
}

function isSave(method: string, [groups]: readonly unknown[]): boolean {
  return (
    method === 'commit' &&
    (groups as readonly CommitGroup[]).some(
      ({expect, puts}) => expect.key.endsWith('head/w1') && puts.some(({key}) => key.includes('/c/')),
    )
  )
}

/** Only a load looks for last words. */
function isLoad(method: string, [selectors]: readonly unknown[]): boolean {
  return (
    method === 'read' &&
    (selectors as readonly Selector[]).some((one) => 'prefix' in one && one.prefix.includes('leave/w1'))
  )
}
