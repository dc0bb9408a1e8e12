import {KeepspaceError} from '../model/errors.ts'
import type {Settings} from '../model/handles.ts'
import type {CommitId, IdSource} from '../model/ids.ts'
import {findNonJson, type Json} from '../model/json.ts'
import {SETTING_PREFIX, settingKey} from '../model/keys.ts'
import {FORMAT_VERSION, type SettingRecord} from '../model/records.ts'
import type {WriteResult} from '../model/save.ts'
import type {StoragePort, StoredRecord} from '../model/storage-port.ts'
import type {Time} from '../model/time.ts'
import {asSetting} from './codec/record-shapes.ts'
import {createEmitter} from './emitter.ts'
import type {BackgroundWriter} from './writing/background-writer.ts'

/** Quiet time before a setting is written; changes of one setting within it become one write. */
const SETTING_DEBOUNCE_MS = 300

export type SettingsService = Settings & {
  /** Reads every stored setting. One that was set meanwhile keeps its newer value. */
  load(storage: StoragePort): Promise<void>
  /**
   * The records of everything not written yet, for the last moment of a page. They may land or not: the next write of
   * the same setting finds out.
   */
  takeUnwritten(): readonly StoredRecord[]
  /** Names of the settings whose newest value is not durable. */
  unwritten(): readonly string[]
  /** Writes every value again: storage lost them. */
  resaveAll(): void
  /** Writes again what failed before, after the usual quiet time. */
  retryFailed(): void
  /** Writes what waits for its quiet time, and what failed before, at once. Resolves when every write was answered. */
  flush(): Promise<void>
}

type Waiting = {
  timer: unknown
  readonly promise: Promise<WriteResult>
  readonly resolve: (result: WriteResult) => void
  readonly reject: (error: unknown) => void
}

/** Makes the settings of one scope. */
export function createSettings(options: {
  readonly writer: BackgroundWriter
  readonly time: Time
  readonly ids: IdSource
  /** @throws {@link KeepspaceError} while nothing is accepted */
  readonly assertAccepting?: () => void
}): SettingsService {
  const {writer, time} = options
  const values = new Map<string, Json>()
  const revisions = new Map<string, number>()
  const waiting = new Map<string, Waiting>()
  const failed = new Set<string>()
  const unwritten = new Set<string>()
  const running = new Set<Promise<void>>()
  const changed = createEmitter<[]>()

  const write = async (name: string, entry: Waiting) => {
    waiting.delete(name)
    try {
      const result = await writer.write({
        targetKind: 'setting',
        target: name,
        key: settingKey(name),
        reason: 'edit',
        durability: 'relaxed',
        overwrites: true,
        baseRevision: () => revisions.get(name) ?? 0,
        build: (stamp): SettingRecord => ({
          formatVersion: FORMAT_VERSION,
          name,
          value: values.get(name) ?? null,
          ...stamp,
        }),
      })
      revisions.set(name, result.revision)
      failed.delete(name)
      if (!waiting.has(name)) {
        unwritten.delete(name)
      }
      entry.resolve(result)
    } catch (error) {
      failed.add(name)
      entry.reject(error)
    }
  }

  const begin = (name: string, entry: Waiting) => {
    const run = write(name, entry).finally(() => running.delete(run))
    running.add(run)
  }

  const schedule = (name: string): Promise<WriteResult> => {
    const before = waiting.get(name)
    const entry = before ?? {timer: undefined, ...deferred<WriteResult>()}
    // Views set values without waiting; a failure is reported as an event and tried again by `flush`.
    entry.promise.catch(() => undefined)
    time.clearTimeout(entry.timer)
    entry.timer = time.setTimeout(() => begin(name, entry), SETTING_DEBOUNCE_MS)
    waiting.set(name, entry)
    unwritten.add(name)
    return entry.promise
  }

  const retryFailed = () => {
    for (const name of failed) {
      void schedule(name)
    }
  }

  return {
    get: (name) => values.get(name),
    set: (name, value) => {
      try {
        options.assertAccepting?.()
      } catch (error) {
        const refusal = Promise.reject(error)
        // Views set values without waiting.
        refusal.catch(() => undefined)
        return refusal
      }
      const found = findNonJson(value)
      if (found !== undefined) {
        return Promise.reject(new KeepspaceError('value.notJson', `setting ${name}${found}`))
      }
      values.set(name, value)
      changed.emit()
      return schedule(name)
    },
    subscribe: changed.add,
    load: async (storage) => {
      for (const {value} of await storage.readPrefix(SETTING_PREFIX)) {
        const setting = asSetting(value)
        if (setting !== undefined) {
          revisions.set(setting.name, setting.revision)
          if (!values.has(setting.name)) {
            values.set(setting.name, setting.value)
          }
        }
      }
      changed.emit()
    },
    takeUnwritten: () =>
      [...new Set([...waiting.keys(), ...failed])].map((name) => {
        const revision = (revisions.get(name) ?? 0) + 1
        revisions.set(name, revision)
        const stamp = {revision, commitId: options.ids.next() as CommitId}
        const value: SettingRecord = {formatVersion: FORMAT_VERSION, name, value: values.get(name) ?? null, ...stamp}
        return {key: settingKey(name), value}
      }),
    unwritten: () => [...unwritten],
    retryFailed,
    resaveAll: () => {
      for (const name of values.keys()) {
        void schedule(name)
      }
    },
    flush: async () => {
      retryFailed()
      for (const [name, entry] of [...waiting]) {
        time.clearTimeout(entry.timer)
        begin(name, entry)
      }
      await Promise.all(running)
    },
  }
}

function deferred<Value>() {
  let resolve: (value: Value) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<Value>((onResolve, onReject) => {
    resolve = onResolve
    reject = onReject
  })
  return {promise, resolve, reject}
}
