import type {AuditFinding, AuditRecord, AuditReport, AuditStatus} from '../model/audit.ts'
import {KeepspaceError} from '../model/errors.ts'
import type {KeepspaceEvent} from '../model/events.ts'
import type {CommitId} from '../model/ids.ts'
import {AUDIT_KEY} from '../model/keys.ts'
import {FORMAT_VERSION} from '../model/records.ts'
import type {StoragePort} from '../model/storage-port.ts'
import {asAudit, auditedWorkspaces, auditWorkspace, definitionsText} from '../services/audit.ts'
import type {ResolvedOptions} from './options.ts'

export type AuditingContext = {
  readonly options: Pick<ResolvedOptions, 'definitions' | 'time' | 'ids' | 'idle' | 'auditBeforeWrite'>
  readonly storage: () => Promise<StoragePort>
  readonly emit: (event: KeepspaceEvent) => void
  readonly changed: () => void
  /** What was refused while writes were held is tried again. */
  readonly released: () => void
}

/** Reads everything stored through a new version of the app, in quiet moments and without writing. */
export type Auditing = {
  readonly status: AuditStatus
  /** Finds out whether the app is another one than the last time, and begins the audit if it is. */
  start(): Promise<void>
  /** Looks at everything now. Joins an audit that is running. */
  audit(onProgress?: (done: number, total: number) => void): Promise<AuditReport>
  /** The app decides that the new version may write whatever the audit found, or will find. */
  allowWrites(): void
  /**
   * Resolves once it is known whether writes are held.
   * @throws {@link KeepspaceError} `audit.pending` while they are
   */
  assertWritable(): Promise<void>
  close(): void
}

/** Makes the audit of one scope. */
export function createAuditing(context: AuditingContext): Auditing {
  const {storage, emit, options} = context
  const {time, definitions, idle} = options
  const text = definitionsText(definitions)
  const listeners = new Set<(done: number, total: number) => void>()
  let status: AuditStatus = {
    phase: 'unknown',
    done: 0,
    total: 0,
    isHoldingWrites: options.auditBeforeWrite,
    report: undefined,
  }
  let running: Promise<AuditReport> | undefined
  let previous: AuditRecord | undefined
  let stopWaiting: () => void = () => undefined
  let isClosed = false
  let isStarted: () => void = () => undefined
  const started = new Promise<void>((resolve) => {
    isStarted = resolve
  })

  const update = (change: Partial<AuditStatus>) => {
    const wasHolding = status.isHoldingWrites
    status = {...status, ...change}
    context.changed()
    if (wasHolding && !status.isHoldingWrites) {
      context.released()
    }
  }

  /** A pause between two workspaces, so that nobody waits for the audit. */
  const quiet = () =>
    new Promise<void>((resolve) => {
      stopWaiting = idle.request(resolve)
    })

  const run = async (): Promise<AuditReport> => {
    const [startedAt, begunAtMs] = [time.now(), time.elapsed()]
    const port = await storage()
    const ids = await auditedWorkspaces(port)
    const findings: AuditFinding[] = []
    let components = 0
    update({phase: 'running', done: 0, total: ids.length})
    for (const [index, id] of ids.entries()) {
      if (isClosed) {
        throw new KeepspaceError('disposed')
      }
      const found = await auditWorkspace(id, port, definitions)
      components += found.components
      findings.push(...found.findings)
      update({done: index + 1})
      for (const tell of listeners) {
        tell(index + 1, ids.length)
      }
      await quiet()
    }
    return {
      definitions: text,
      previousDefinitions: previous?.definitions,
      startedAt,
      durationMs: time.elapsed() - begunAtMs,
      workspaces: ids.length,
      components,
      findings,
    }
  }

  /** Only the audit's own record is written, and only when it changed something. */
  const remember = async ({findings}: AuditReport) => {
    const commitId = options.ids.next() as CommitId
    const revision = previous?.revision ?? 0
    const value: AuditRecord = {
      formatVersion: FORMAT_VERSION,
      revision: revision + 1,
      commitId,
      definitions: text,
      auditedAt: time.now(),
      findings: findings.length,
    }
    const group = {commitId, expect: {key: AUDIT_KEY, revision}, puts: [{key: AUDIT_KEY, value}], deletes: []}
    // Refused when another tab was first, which audited the same.
    const [result] = await (await storage()).commit([group], {durability: 'relaxed'})
    previous = result?.status === 'committed' ? value : previous
  }

  const audit = async (): Promise<AuditReport> => {
    try {
      const report = await run()
      const hasPassed = report.findings.length === 0
      update({phase: hasPassed ? 'passed' : 'failed', report, ...(hasPassed && {isHoldingWrites: false})})
      emit({type: 'audit.completed', ...report})
      if (!status.isHoldingWrites) {
        await remember(report).catch(() => undefined)
      }
      return report
    } catch (cause) {
      update({phase: 'failed'})
      throw KeepspaceError.from(cause)
    } finally {
      running = undefined
    }
  }

  return {
    get status() {
      return status
    },
    start: async () => {
      try {
        const port = await storage()
        const [[found] = [], heads] = [(await port.read([{key: AUDIT_KEY}]))[0] ?? [], await auditedWorkspaces(port)]
        previous = asAudit(found?.value)
        const isNeeded = previous?.definitions !== text && heads.length > 0 && port.isPersistent
        update(isNeeded ? {phase: 'waiting', total: heads.length} : {phase: 'notNeeded', isHoldingWrites: false})
      } catch {
        // What cannot be asked now is asked with the next start; nothing is held for it.
        update({phase: 'notNeeded', isHoldingWrites: false})
      }
      isStarted()
      if (status.phase === 'waiting') {
        stopWaiting = idle.request(() => {
          running ??= audit()
          running.catch(() => undefined)
        })
      }
    },
    audit: (onProgress) => {
      if (onProgress !== undefined) {
        listeners.add(onProgress)
      }
      stopWaiting()
      running ??= audit()
      return running.finally(() => onProgress && listeners.delete(onProgress))
    },
    allowWrites: () => {
      update({isHoldingWrites: false})
      if (status.report !== undefined) {
        void remember(status.report).catch(() => undefined)
      }
    },
    assertWritable: async () => {
      if (!options.auditBeforeWrite) {
        return
      }
      await started
      if (status.isHoldingWrites) {
        throw new KeepspaceError('audit.pending')
      }
    },
    close: () => {
      isClosed = true
      stopWaiting()
    },
  }
}
