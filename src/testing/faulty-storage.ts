import {tellingsOf} from '../model/port-tellings.ts'
import type {
  CommitGroup,
  Durability,
  Selector,
  StoragePort,
  StorageTarget,
  StoredRecord,
} from '../model/storage-port.ts'
import {createFaultQueue, type FaultQueue, type StorageFaults} from './storage-faults.ts'

/** Every call that was made, in order, whether it was answered or not. */
export type StorageLog = {
  readonly commits: {readonly groups: readonly CommitGroup[]; readonly durability: Durability}[]
  /** Selectors of every `read` and `readPrefix`. */
  readonly reads: (readonly Selector[])[]
  /** Records of every `putNow`. */
  readonly leaves: (readonly StoredRecord[])[]
  /** Prefixes of every `list`. */
  readonly lists: string[]
}

/** A storage under a test's control. */
export type FaultyStorage = {
  /** Give this to what is tested. All ports it opens share faults and log. */
  readonly target: StorageTarget
  readonly faults: StorageFaults
  readonly log: StorageLog
}

/**
 * Wraps a storage so that a test can make chosen calls fail, hang, come late or lose their answer, and can see every
 * commit and read that was made. Without a fault every call goes through unchanged.
 */
export function faultyStorage(target: StorageTarget): FaultyStorage {
  const queue = createFaultQueue()
  const log: StorageLog = {commits: [], reads: [], leaves: [], lists: []}
  return {
    target: {
      name: target.name,
      ...(target.place !== undefined && {place: target.place}),
      open: () => queue.through('open', async () => wrapPort(await target.open(), queue, log)),
    },
    faults: queue.faults,
    log,
  }
}

function wrapPort(port: StoragePort, queue: FaultQueue, log: StorageLog): StoragePort {
  return {
    ...tellingsOf(port),
    commit(groups, options) {
      log.commits.push({groups, durability: options.durability})
      return queue.through('commit', () => port.commit(groups, options), options.signal)
    },
    read(selectors) {
      log.reads.push(selectors)
      return queue.through('read', () => port.read(selectors))
    },
    readPrefix(prefix) {
      log.reads.push([{prefix}])
      return queue.through('readPrefix', () => port.readPrefix(prefix))
    },
    list(prefix) {
      log.lists.push(prefix)
      return queue.through('list', () => port.list(prefix))
    },
    ...(port.putNow && {
      putNow: (records, options) => {
        log.leaves.push(records)
        return port.putNow?.(records, options) ?? false
      },
    }),
    close: () => queue.through('close', () => port.close()),
  }
}
