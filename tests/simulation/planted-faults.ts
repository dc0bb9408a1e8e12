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

const workspaceSetup = 'src/machines/workspace/workspace.setup.ts'
const workspaceMachine = 'src/machines/workspace/workspace.machine.ts'
const saving = 'src/host/saving.ts'
const merging = 'src/host/merging.ts'
const capture = 'src/services/memory-store/capture.ts'
const edits = 'src/services/memory-store/edits.ts'

/** Each must be found. Faults of parts that are not simulated yet (server, entries, the driver's time limit) are missing. */
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
        file: workspaceSetup,
        find: 'durableVersion: Math.max(context.durableVersion, params.saved.version)',
        replace: 'durableVersion: context.acceptedVersion',
      },
    ],
  },
  {
    name: 'what was captured counts as saved with every edit since',
    edits: [
      {
        file: capture,
        find: 'if (version <= capture.version && !(isSetAside && isContentRecord(record))) {',
        replace: 'if (!(isSetAside && isContentRecord(record))) {',
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
    name: 'no retry after a failure',
    edits: [
      {
        file: 'src/host/system-watch.ts',
        find: `        actor.send({type: 'retry.due'})`,
        replace: '',
      },
    ],
  },
  {
    name: 'a settled conflict keeps its old number',
    edits: [{file: merging, find: '  runtime.revision = stored.head.revision\n', replace: ''}],
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
    name: 'memory is given back before the answer',
    edits: [
      {file: workspaceMachine, find: `            onDone: 'saving',`, replace: `            onDone: 'releasing',`},
      {file: 'src/host/releasing.ts', find: '      if (!isSaved) {', replace: '      if (!isSaved && startedAt < 0) {'},
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
        file: 'src/services/codec/component-codec.ts',
        find: 'isEditable: !isNewer || record.editableFrom <= definition.version,',
        replace: 'isEditable: true,',
      },
    ],
  },
  {
    name: 'length is counted instead of bytes',
    edits: [
      {
        file: 'src/services/codec/component-codec.ts',
        find: '  if (bytes > maxBytes) {',
        replace: '  if (text.length > maxBytes) {',
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
    name: 'a deletion is forgotten by a load',
    edits: [
      {
        file: 'src/services/memory-store/hydrate.ts',
        find: '  if (tombstone !== undefined) {',
        replace: '  if (tombstone !== undefined && tombstone.deletedAt < 0) {',
      },
    ],
  },
  {
    name: 'unsaved is called saved',
    edits: [
      {
        file: 'src/host/status.ts',
        find: `return acceptedVersion > durableVersion || isSetAside ? 'unsaved' : 'saved'`,
        replace: `return acceptedVersion > durableVersion && isSetAside ? 'unsaved' : 'saved'`,
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
        find: '  for (const edit of pending) {',
        replace: '  for (const edit of pending.slice(1)) {',
      },
    ],
  },
  {
    name: 'last words are removed without being replayed',
    edits: [
      {
        file: 'src/host/replaying.ts',
        find: '        ...free.map((record) => withRevision(record, revision)),\n',
        replace: '',
      },
    ],
  },
  {
    name: 'running work goes on after its workspace left memory',
    edits: [
      {
        file: 'src/services/memory-store/runs.ts',
        find: `if (!store.areRunsSuspended || store.phase === 'closed') {`,
        replace: 'if (!store.areRunsSuspended) {',
      },
    ],
  },
  {
    name: 'whoever refused to leave memory is never asked again',
    edits: [
      {
        file: 'src/host/workspaces.ts',
        find: 'if ((wasLoading && !isLoading) || mayGoAfterAll) {',
        replace: 'if (wasLoading && !isLoading) {',
      },
    ],
  },
]
