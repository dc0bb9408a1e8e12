import type {Alarm, Alarms} from '../../model/alarms.ts'
import {KeepspaceError} from '../../model/errors.ts'
import type {CommitId, ComponentId, WorkspaceId} from '../../model/ids.ts'
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
   * Claims one ring, by compare-and-set. It does not ring when this or another tab had claimed the same moment before.
   * What storage refuses rings all the same, and is claimed with the next {@link AlarmRecords.retry}; what comes while
   * everything ends is left to the next page.
   */
  claim(alarm: Alarm): Promise<Claim>
  /** Whether a claim waits for storage. */
  readonly hasUnclaimed: boolean
  retry(): Promise<void>
}

/** Makes the alarms of one scope. */
export function createAlarmRecords(options: {
  readonly writer: BackgroundWriter
  readonly storage: () => Promise<StoragePort>
  readonly now: () => number
  /** The stored alarms changed here: other tabs read them again. */
  readonly changedHere: () => void
}): AlarmRecords {
  const records = new Map<string, AlarmRecord>()
  const unclaimed = new Set<string>()
  const changed = createEmitter<[]>()
  let shown: readonly Alarm[] | undefined

  const change = () => {
    shown = undefined
    changed.emit()
  }

  /** Writes `next` over what is known, and again over what another tab stored, unless `isMoot` says that suffices. */
  const write = async (
    key: string,
    next: (before: AlarmRecord | undefined) => Omit<AlarmRecord, 'revision' | 'commitId'> | undefined,
  ): Promise<boolean> => {
    for (let tries = 1; ; tries += 1) {
      const before = records.get(key)
      const fields = next(before)
      if (fields === undefined) {
        return false
      }
      try {
        await options.writer.write({
          targetKind: 'alarm',
          target: key,
          key,
          reason: 'alarm',
          durability: 'relaxed',
          baseRevision: () => before?.revision ?? 0,
          build: (stamp): AlarmRecord => {
            const record = {...fields, ...stamp}
            records.set(key, record)
            return record
          },
        })
        options.changedHere()
        return true
      } catch (cause) {
        before === undefined ? records.delete(key) : records.set(key, before)
        if (!(cause instanceof KeepspaceError) || cause.code !== 'revision.conflict' || tries >= MAX_TRIES) {
          throw cause
        }
        await reload(key)
      }
    }
  }

  const reload = async (key: string) => {
    const [found] = await (await options.storage()).read([{key}])
    const stored = asAlarm(found?.[0]?.value)
    stored === undefined ? records.delete(key) : records.set(key, stored)
  }

  const claim: AlarmRecords['claim'] = async (alarm) => {
    const key = alarmKey(alarm.workspaceId, alarm.componentId)
    const fields = {...alarm, formatVersion: FORMAT_VERSION, dismissedAt: undefined}
    try {
      const isOurs = await write(key, (before) => (before?.deadlineMs === alarm.deadlineMs ? undefined : fields))
      change()
      return {rings: isOurs, isStored: !unclaimed.has(key)}
    } catch (cause) {
      if (cause instanceof KeepspaceError && (cause.code === 'closing' || cause.code === 'disposed')) {
        return {rings: false, isStored: false}
      }
      // A person waits for this ring. What storage does not take now is claimed later.
      records.set(key, {...fields, revision: records.get(key)?.revision ?? 0, commitId: '' as CommitId})
      unclaimed.add(key)
      change()
      return {rings: true, isStored: false}
    }
  }

  return {
    list: () => {
      shown ??= [...records.values()]
        .filter(({dismissedAt}) => dismissedAt === undefined)
        .sort((a, b) => a.firedAt - b.firedAt || (a.componentId < b.componentId ? -1 : 1))
        .map(asShown)
      return shown
    },
    subscribe: changed.add,
    dismiss: async ({workspaceId, componentId}) => {
      const key = alarmKey(workspaceId, componentId)
      const dismissedAt = options.now()
      const known = records.get(key)
      const wasUnclaimed = unclaimed.delete(key)
      if (known === undefined || known.dismissedAt !== undefined) {
        return
      }
      const done = write(key, (before) =>
        before?.dismissedAt === undefined && before?.deadlineMs === known.deadlineMs
          ? {...known, dismissedAt}
          : undefined,
      )
      records.set(key, {...known, dismissedAt})
      change()
      try {
        await done
      } catch (cause) {
        if (wasUnclaimed) {
          unclaimed.add(key)
        }
        throw cause
      } finally {
        change()
      }
    },
    load: async () => {
      const stored = await (await options.storage()).readPrefix(ALARM_PREFIX)
      for (const key of records.keys()) {
        if (!unclaimed.has(key)) {
          records.delete(key)
        }
      }
      for (const {key, value} of stored) {
        const record = asAlarm(value)
        if (record !== undefined && !unclaimed.has(key)) {
          records.set(key, record)
        }
      }
      change()
    },
    claim,
    get hasUnclaimed() {
      return unclaimed.size > 0
    },
    retry: async () => {
      for (const key of [...unclaimed]) {
        const local = records.get(key)
        unclaimed.delete(key)
        records.delete(key)
        if (local !== undefined) {
          await reload(key).catch(() => undefined)
          await claim(asShown(local))
        }
      }
    },
  }
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
