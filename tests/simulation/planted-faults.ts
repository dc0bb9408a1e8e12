/** A fault that is put into the product on purpose, to prove that the simulation would find it. */
export type PlantedFault = {
  readonly name: string
  readonly edits: readonly {
    /** File of the product, from the folder of the repository. */
    readonly file: string
    /** Occurs exactly once. */
    readonly find: string
    readonly replace: string
  }[]
}

const saving = 'src/host/saving.ts'
const merging = 'src/host/merging.ts'
const entries = 'src/host/entries.ts'
const alarmRecords = 'src/services/alarms/alarm-records.ts'
const admission = 'src/host/admission.ts'
const workspaceMachine = 'src/machines/workspace/workspace.machine.ts'
const edits = 'src/services/memory-store/edits.ts'
const codec = 'src/services/codec/component-codec.ts'

/** Each must be found. The product has no switch for any of them: they are put in while it is bundled. */
export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'a save asked for during a save is skipped',
    edits: [
      {
        file: workspaceMachine,
        find: `              description: 'Joined: the next save follows at once and answers it.',
              actions: [
                {type: 'noteSaveRequest', params: ({event}) => event},
                {type: 'announceJoined', params: ({event}) => event},
              ],`,
        replace: '',
      },
    ],
  },
  {
    name: 'the saved version is taken when the answer arrives',
    edits: [
      {
        file: 'src/machines/workspace/workspace.setup.ts',
        find: 'durableVersion: Math.max(context.durableVersion, params.saved.version)',
        replace: 'durableVersion: context.acceptedVersion',
      },
    ],
  },
  {
    name: 'no compare-and-set: a refused commit is repeated over what is stored',
    edits: [
      {
        file: saving,
        find: '} else if (adoptOwnCommit(runtime, conflict, context)) {',
        replace: `} else if (conflict.revision > 0) {
          runtime.revision = conflict.revision`,
      },
    ],
  },
  {
    name: 'a tab whose lease was taken over goes on writing',
    edits: [
      {file: merging, find: '  runtime.fence = stored.head.fence ?? 0\n', replace: ''},
      {
        file: 'tests/simulation/sim-database.ts',
        find: ' && fence <= (expect.fence ?? fence)',
        replace: ' && fence >= 0',
      },
    ],
  },
  {
    name: 'no retry after a failure',
    edits: [
      {
        file: 'src/host/system-watch.ts',
        find: `        actor.send({type: 'retry.due'})`,
        replace: '',
      },
      {
        file: 'src/host/failed-calls.ts',
        find: `      runtime.actor?.send({type: 'retry.due'})`,
        replace: '',
      },
      {
        file: 'src/host/autosaving.ts',
        find: `context.persist(id, 'autosave')`,
        replace: 'new Promise<never>(() => undefined)',
      },
    ],
  },
  {
    name: 'no time limit for a call to storage',
    edits: [
      {
        file: 'src/services/storage/call-limit.ts',
        find: 'const timer = time.setTimeout(',
        replace: 'const timer = neverSet(',
      },
      {
        file: 'src/services/storage/call-limit.ts',
        find: '/** Starts the clock of one call. */',
        replace: 'const neverSet = (..._: unknown[]): unknown => undefined',
      },
    ],
  },
  {
    name: 'a settled conflict keeps its old number',
    edits: [{file: merging, find: '  runtime.revision = stored.head.revision\n', replace: ''}],
  },
  {
    name: 'memory is given back before the answer',
    edits: [
      {file: workspaceMachine, find: `            onDone: 'saving',`, replace: `            onDone: 'releasing',`},
      {file: 'src/host/releasing.ts', find: '      if (!isSaved) {', replace: '      if (!isSaved && startedAt < 0) {'},
    ],
  },
  {
    name: 'a workspace that storage lost is made anew',
    edits: [
      {
        file: 'src/host/witnessing.ts',
        find: 'if (isLost || (isEverythingGone && emptied.size === 0)) {',
        replace: 'if (isLost && isEverythingGone && !isLost) {',
      },
    ],
  },
  {
    name: 'a default is written over what is stored',
    edits: [
      {
        file: edits,
        find: `  if (existing !== undefined && added.ifAbsent) {
    return
  }`,
        replace: '',
      },
      {
        file: edits,
        find: 'if (existing !== undefined && existing.deletedAt === undefined) {',
        replace: 'if (existing !== undefined && existing.deletedAt === undefined && !added.ifAbsent) {',
      },
    ],
  },
  {
    name: 'a record of a newer version is overwritten',
    edits: [
      {
        file: codec,
        find: 'isEditable: !isNewer || record.editableFrom <= definition.version,',
        replace: 'isEditable: true,',
      },
    ],
  },
  {
    name: 'length is counted instead of bytes',
    edits: [{file: codec, find: '  if (bytes > maxBytes) {', replace: '  if (text.length > maxBytes) {'}],
  },
  {
    name: 'a shutdown waits without bound',
    edits: [
      {
        file: 'src/host/draining.ts',
        find: 'await within({time, endsAtMs}, Promise.all([...saving, context.flushSettings()]))',
        replace: 'await Promise.all([...saving, context.flushSettings()])',
      },
    ],
  },
  {
    name: 'a shutdown reports before a save that fails later',
    edits: [
      {
        file: 'src/host/draining.ts',
        find: 'if (runtime.isReleased || !(runtime.store.hasUnsaved() || isLost)) {',
        replace:
          'if (runtime.isReleased || runtime.inFlight !== undefined || !(runtime.store.hasUnsaved() || isLost)) {',
      },
    ],
  },
  {
    name: 'the late landing of a save that timed out counts for everything since',
    edits: [
      {
        file: saving,
        find: `} else if (adoptOwnCommit(runtime, conflict, context)) {
          resolve('again')`,
        replace: `} else if (adoptOwnCommit(runtime, conflict, context)) {
          job.committed()`,
      },
    ],
  },
  {
    name: 'what a component holds is cleared when its entry is left',
    edits: [
      {
        file: entries,
        find: '      store.endVisit()\n      if (store.hasUnsaved()) {',
        replace: `      for (const {id: component} of store.getInfos()) {
        store.set(component, {text: ''} as never, undefined)
      }
      if (store.hasUnsaved()) {`,
      },
    ],
  },
  {
    name: 'a timer ticks on after its entry was left',
    edits: [
      {
        file: 'src/services/memory-store/runs.ts',
        find: `  for (const cell of store.cells.values()) {
    endRun(cell)
  }`,
        replace: '',
      },
      {
        file: 'src/services/memory-store/workspace-store.ts',
        find: '    stopRun(cell)\n    state.time.clearTimeout',
        replace: '    state.time.clearTimeout',
      },
    ],
  },
  {
    name: 'what runs already is started once more',
    edits: [
      {
        file: 'src/services/memory-store/runs.ts',
        find: 'if (run === undefined || cell.stopRun !== undefined || store.areRunsElsewhere) {',
        replace: 'if (run === undefined || store.areRunsElsewhere) {',
      },
    ],
  },
  {
    name: 'everybody is let into memory, whatever the cap',
    edits: [
      {
        file: admission,
        find: 'kept.has(runtime.id) || counting < capacity.cap',
        replace: 'kept.has(runtime.id) || counting >= 0',
      },
    ],
  },
  {
    name: 'what was captured counts as saved with every edit since',
    edits: [
      {
        file: 'src/services/memory-store/capture.ts',
        find: 'if (version <= capture.version && !(isSetAside && isContentRecord(record))) {',
        replace: 'if (!(isSetAside && isContentRecord(record))) {',
      },
    ],
  },
  {
    name: 'a conflict is overwritten',
    edits: [
      {
        file: merging,
        find: 'return theirs === undefined ||',
        replace: 'return runtime.revision >= 0 || theirs === undefined ||',
      },
    ],
  },
  {
    name: 'a save without an answer counts as saved',
    edits: [
      {
        file: saving,
        find: `      failed: (error) => {
        runtime.inFlight = undefined`,
        replace: `      failed: (error) => {
        if (error.code === 'storage.timeout') {
          job.committed()
          return
        }
        runtime.inFlight = undefined`,
      },
    ],
  },
  {
    name: 'a relaxed commit is called flushed',
    edits: [
      {
        file: saving,
        find: `runtime.level = durability === 'strict' ? 'flushed' : 'onDevice'`,
        replace: `runtime.level = durability !== undefined ? 'flushed' : 'onDevice'`,
      },
    ],
  },
  {
    name: 'edits that wait for a load are lost',
    edits: [
      {
        file: 'src/services/memory-store/workspace-store.ts',
        find: '  for (const {apply} of pending) {',
        replace: '  for (const {apply} of pending.slice(1)) {',
      },
    ],
  },
  {
    name: 'last words are removed without being replayed',
    edits: [
      {
        file: 'src/host/replaying.ts',
        find: '        ...leave.puts.map((record) => withRevision(record, revision)),\n',
        replace: '',
      },
    ],
  },
  {
    name: 'memory that is nearly full takes another workspace',
    edits: [
      {
        file: admission,
        find: 'if (isCritical && inside.length > 0) {',
        replace: 'if (isCritical && inside.length < 0) {',
      },
    ],
  },
  {
    name: 'a bound follows the clock on the wall',
    edits: [
      {file: 'src/host/closing.ts', find: 'endsAtMs - time.elapsed()', replace: 'endsAtMs - time.now()'},
      {
        file: 'src/host/shutting-down.ts',
        find: '      const endsAtMs = time.elapsed() + timeoutMs',
        replace: '      const endsAtMs = time.now() + timeoutMs',
      },
    ],
  },
  {
    name: 'retention believes every clock',
    edits: [
      {
        file: 'src/host/housekeeping.ts',
        find: 'if (!clock.isPlausible && !isConfirmed) {',
        replace: 'if (!clock.isPlausible && isConfirmed) {',
      },
    ],
  },
  {
    name: 'too many in memory are never let go',
    edits: [
      {
        file: 'src/machines/eviction/choice.policy.ts',
        find: 'return Math.max(0, candidates.filter(countsForCap).length - cap, candidates.length - absoluteCap)',
        replace: 'return Math.max(0, candidates.length - absoluteCap)',
      },
    ],
  },
  {
    name: 'a pin is ignored when its entry is left',
    edits: [
      {
        file: entries,
        find: 'runtimes.filter(({id}) => catalogue.isPinned(id)).map',
        replace: 'runtimes.filter(({id}) => catalogue.isPinned(id) && id === undefined).map',
      },
    ],
  },
  {
    name: 'an alarm rings although it has rung',
    edits: [
      {
        file: alarmRecords,
        find: 'if (stored.get(key)?.deadlineMs === alarm.deadlineMs) {',
        replace: 'if (stored.get(key)?.deadlineMs === 0) {',
      },
      {
        file: alarmRecords,
        find: 'return before?.deadlineMs === alarm.deadlineMs\n',
        replace: 'return before?.deadlineMs === alarm.deadlineMs && !isClaim\n',
      },
    ],
  },
  {
    name: 'a deadline is forgotten when its workspace leaves memory',
    edits: [
      {
        file: 'src/services/memory-store/capture.ts',
        find: 'nextDeadlineMs: nextDeadlineOf(store),',
        replace: 'nextDeadlineMs: nextDeadlineOf(store) && undefined,',
      },
    ],
  },
  {
    name: 'what changes at a deadline is stored before it has rung',
    edits: [
      {
        file: 'src/host/alarms.ts',
        find: '      if (isStored) {',
        replace: '      if (isStored || due.deadlineMs > 0) {',
      },
    ],
  },
  {
    name: 'an alarm is gone when its page is',
    edits: [
      {
        file: alarmRecords,
        find: 'record === undefined || stored.set(key, record)\n          }',
        replace: 'record === undefined || stored.delete(key)\n          }',
      },
    ],
  },
  {
    name: 'what is left until a deadline grows with a clock that is set back',
    edits: [
      {
        file: 'src/model/operations.ts',
        find: 'return Math.min(Math.max(0, deadlineMs - nowMs), Math.max(0, durationMs))',
        replace: 'return durationMs < 0 ? 0 : Math.max(0, deadlineMs - nowMs)',
      },
    ],
  },
]
