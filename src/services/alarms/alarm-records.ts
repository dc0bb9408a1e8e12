import type {Alarm, Alarms} from '../../model/alarms.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {ComponentId, WorkspaceId} from '../../model/ids.ts'
import {isEqualJson} from '../../model/json.ts'
import {ALARM_PREFIX, alarmKey} from '../../model/keys.ts'
import {type AlarmRecord, FORMAT_VERSION} from '../../model/records.ts'
import type {StoragePort} from '../../model/storage-port.ts'
import {asAlarm} from '../codec/record-shapes.ts'
import {createEmitter} from '../emitter.ts'
import type {BackgroundWriter} from '../writing/background-writer.ts'

/** How often a refused write is tried again on what another tab stored meanwhile. */
const MAX_TRIES = 4

/** What became of a claim. */
export type Claim = {
  /** A person is to hear it here. */
  readonly rings: boolean
  /** It is stored: nobody will ring for that moment again. */
  readonly isStored: boolean
}

/** The stored alarms: claimed by one tab each, kept until somebody dismisses them. */
export type AlarmRecords = Alarms & {
  /** Reads them again. */
  load(): Promise<void>
  /**
   * Shows one ring at once and claims it behind that, by compare-and-set. It does not ring when this or another tab had
   * claimed the same moment before. What storage refuses rings all the same, and is claimed with the next
   * {@link AlarmRecords.retry}; what comes while everything ends is left to the next page.
   */
  claim(alarm: Alarm): Promise<Claim>
  /** Claims once more what storage did not take, unless that has happened meanwhile. */
  reclaim(alarm: Pick<Alarm, 'workspaceId' | 'componentId' | 'deadlineMs'>): Promise<Claim>
  /** Whether a claim of this moment is under way, or waits for storage. */
  isClaiming(alarm: Pick<Alarm, 'workspaceId' | 'componentId' | 'deadlineMs'>): boolean
  /** Whether a claim or a dismissal waits for storage. */
  readonly hasUnclaimed: boolean
  retry(): Promise<void>
  /** What nobody has dismissed and what is not listed, because its component or workspace is gone. */
  unlisted(): readonly Alarm[]
  /** Components or workspaces came or went: looks again what is listed. */
  recheck(): void
}

/** What this tab knows of an alarm and storage does not yet. */
type Wanted = {readonly alarm: Alarm; readonly dismissedAt: number | undefined; readonly isClaim: boolean}

/** Makes the alarms of one scope. */
export function createAlarmRecords(options: {
  readonly writer: BackgroundWriter
  readonly storage: () => Promise<StoragePort>
  readonly now: () => number
  /** False for what rang in a component or a workspace that is gone. */
  readonly isListed: (alarm: Alarm) => boolean
  /** The stored alarms changed here: other tabs read them again. */
  readonly changedHere: () => void
}): AlarmRecords {
  const stored = new Map<string, AlarmRecord>()
  const wanted = new Map<string, Wanted>()
  const settling = new Map<string, Promise<boolean>>()
  /** The moments that this tab claimed last: whoever asks late is told so. */
  const won = new Map<string, number>()
  const changed = createEmitter<[]>()
  let shown: readonly Alarm[] | undefined
  let writes = 0

  const change = () => {
    shown = undefined
    changed.emit()
  }
  const known = (key: string): Wanted | undefined => {
    const record = stored.get(key)
    return wanted.get(key) ?? (record && {alarm: asShown(record), dismissedAt: record.dismissedAt, isClaim: false})
  }
  const ringing = (): readonly Alarm[] =>
    [...new Set([...stored.keys(), ...wanted.keys()])]
      .flatMap((key) => known(key) ?? [])
      .flatMap(({alarm, dismissedAt}) => (dismissedAt === undefined ? alarm : []))
  const listNow = (): readonly Alarm[] =>
    ringing()
      .filter(options.isListed)
      .sort((a, b) => a.firedAt - b.firedAt || (a.componentId < b.componentId ? -1 : 1))

  const reload = async (key: string) => {
    const [found] = await (await options.storage()).read([{key}])
    const record = asAlarm(found?.[0]?.value)
    record === undefined ? stored.delete(key) : stored.set(key, record)
  }
  const forget = (key: string, want: Wanted) => {
    if (wanted.get(key) === want) {
      wanted.delete(key)
    }
    change()
  }
  const writeOver = async (key: string, {alarm, dismissedAt}: Wanted, before: AlarmRecord | undefined) => {
    let record: AlarmRecord | undefined
    await options.writer.write({
      targetKind: 'alarm',
      target: key,
      key,
      reason: 'alarm',
      durability: 'relaxed',
      baseRevision: () => before?.revision ?? 0,
      build: (stamp): AlarmRecord => {
        record = {...alarm, formatVersion: FORMAT_VERSION, dismissedAt, ...stamp}
        return record
      },
    })
    writes += 1
    stored.set(key, record as unknown as AlarmRecord)
  }

  /** Writes what is wanted over what is known, and again over what another tab stored, unless that suffices. */
  const attempt = async (key: string): Promise<boolean> => {
    const want = wanted.get(key)
    for (let tries = 1; want !== undefined; tries += 1) {
      const before = stored.get(key)
      if (isMoot(want, before)) {
        forget(key, want)
        return false
      }
      try {
        await writeOver(key, want, before)
        if (want.isClaim) {
          won.set(key, want.alarm.deadlineMs)
        }
        forget(key, want)
        options.changedHere()
        return true
      } catch (cause) {
        if (!(cause instanceof KeepspaceError) || cause.code !== 'revision.conflict' || tries >= MAX_TRIES) {
          throw cause
        }
        await reload(key)
      }
    }
    return false
  }
  /** One write of a key at a time. True when this tab wrote. */
  const settle = (key: string): Promise<boolean> => {
    const before = settling.get(key) ?? Promise.resolve(false)
    const next = before.then(
      () => attempt(key),
      () => attempt(key),
    )
    settling.set(key, next)
    const done = () => {
      if (settling.get(key) === next) {
        settling.delete(key)
      }
    }
    next.then(done, done)
    return next
  }
  const settleClaim = async (key: string, want: Wanted): Promise<Claim> => {
    try {
      return {rings: await settle(key), isStored: true}
    } catch (cause) {
      if (hasEnded(cause)) {
        forget(key, want)
        return {rings: false, isStored: false}
      }
      // A person waits for this ring. What storage does not take now is claimed later.
      return {rings: true, isStored: false}
    }
  }
  const isSame = (key: string, deadlineMs: number) => wanted.get(key)?.alarm.deadlineMs === deadlineMs

  return {
    list: () => {
      shown ??= listNow()
      return shown
    },
    subscribe: changed.add,
    dismiss: async ({workspaceId, componentId}) => {
      const key = alarmKey(workspaceId, componentId)
      const before = known(key)
      if (before === undefined || before.dismissedAt !== undefined) {
        return
      }
      const want = {...before, dismissedAt: options.now()}
      wanted.set(key, want)
      change()
      try {
        await settle(key)
      } catch (cause) {
        if (hasEnded(cause)) {
          before.isClaim ? wanted.set(key, before) : wanted.delete(key)
          change()
        }
        throw cause
      }
    },
    load: async () => {
      for (let at = -1; at !== writes; ) {
        at = writes
        const found = await (await options.storage()).readPrefix(ALARM_PREFIX)
        // What was written meanwhile may be missing in what was read.
        if (at === writes) {
          stored.clear()
          for (const {key, value} of found) {
            const record = asAlarm(value)
            record === undefined || stored.set(key, record)
          }
        }
      }
      change()
    },
    claim: async (alarm) => {
      const key = alarmKey(alarm.workspaceId, alarm.componentId)
      if (isSame(key, alarm.deadlineMs)) {
        return {rings: false, isStored: false}
      }
      if (stored.get(key)?.deadlineMs === alarm.deadlineMs) {
        return {rings: false, isStored: true}
      }
      const want = {alarm, dismissedAt: undefined, isClaim: true}
      wanted.set(key, want)
      change()
      return settleClaim(key, want)
    },
    reclaim: async ({workspaceId, componentId, deadlineMs}) => {
      const key = alarmKey(workspaceId, componentId)
      const want = wanted.get(key)
      const isWanted = want?.isClaim === true && want.alarm.deadlineMs === deadlineMs
      return isWanted
        ? settleClaim(key, want)
        : {rings: won.get(key) === deadlineMs, isStored: stored.get(key)?.deadlineMs === deadlineMs}
    },
    isClaiming: ({workspaceId, componentId, deadlineMs}) => isSame(alarmKey(workspaceId, componentId), deadlineMs),
    get hasUnclaimed() {
      return wanted.size > 0
    },
    retry: async () => {
      const keys = [...wanted.keys()].filter((key) => !settling.has(key))
      await Promise.all(keys.map((key) => settle(key).catch(() => false)))
    },
    unlisted: () => ringing().filter((alarm) => !options.isListed(alarm)),
    recheck: () => {
      if (shown !== undefined && !isEqualJson(shown, listNow())) {
        change()
      }
    },
  }
}

/** Whether what is stored says as much already. */
function isMoot({alarm, dismissedAt, isClaim}: Wanted, before: AlarmRecord | undefined): boolean {
  return before?.deadlineMs === alarm.deadlineMs
    ? dismissedAt === undefined || before.dismissedAt !== undefined
    : !isClaim
}

function hasEnded(cause: unknown): boolean {
  return cause instanceof KeepspaceError && (cause.code === 'closing' || cause.code === 'disposed')
}

function asShown({workspaceId, componentId, type, label, deadlineMs, firedAt}: AlarmRecord): Alarm {
  return {
    workspaceId: workspaceId as WorkspaceId,
    componentId: componentId as ComponentId,
    type,
    label,
    deadlineMs,
    firedAt,
  }
}
