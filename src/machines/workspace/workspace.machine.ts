import type {ActorRefFrom} from 'xstate'
import {workspaceSetup} from './workspace.setup.ts'

export type WorkspaceRef = ActorRefFrom<typeof workspaceMachine>

/**
 * The life of one workspace in memory: loaded, edited, saved, released. Holds version numbers only; the content is in
 * its store. A version is dirty while `acceptedVersion > durableVersion`, and nothing else says so.
 */
export const workspaceMachine = workspaceSetup.createMachine({
  id: 'workspace',
  description: 'One workspace in memory: loaded, edited, saved and released.',
  context: ({input}) => ({
    workspaceId: input.workspaceId,
    pacing: input.pacing,
    acceptedVersion: 0,
    durableVersion: 0,
    dirtySinceMs: undefined,
    editedDuringSaveMs: undefined,
    clockMs: 0,
    quietWaitMs: 0,
    quietUntilMs: 0,
    saveCostMs: 0,
    setAsideCount: 0,
    isUrgent: false,
    reason: 'edit',
    durability: 'relaxed',
    isLive: true,
    wantsRelease: false,
    releaseReason: 'unload',
    releaseDelays: 0,
    error: undefined,
  }),
  on: {
    'edit.recorded': {
      description: 'Noted here and in no state alone, so that no state can lose an edit.',
      actions: {type: 'noteAccepted', params: ({event}) => event},
    },
    'open.requested': {description: 'It is in memory already.'},
    'reload.requested': {description: 'Nothing to load again in this state.'},
    'readOnly.requested': {description: 'Only a failed load can be turned into a read-only view.'},
    'save.requested': {description: 'Nothing may be written in this state; whoever asked was told so.'},
    'retry.due': {description: 'Nothing failed in this state.'},
    'live.switched': {
      description: 'Whether it saves itself counts from the next edit on.',
      actions: {type: 'noteLive', params: ({event}) => event},
    },
    'release.requested': {
      description: 'Remembered until the state that may follow it.',
      actions: {type: 'noteReleaseWanted', params: ({event}) => event},
    },
    'release.withdrawn': {
      description: 'Somebody opened it again.',
      actions: 'noteReleaseDropped',
    },
    'mine.requested': {description: 'There is no conflict in this state.'},
    'theirs.requested': {description: 'There is no conflict in this state.'},
  },
  initial: 'cold',
  states: {
    cold: {
      description: 'On disk only. Nobody has asked for it yet.',
      on: {'open.requested': 'loading'},
    },
    loading: {
      description: 'Being read from storage. Nothing of it may be written; edits are kept and merged afterwards.',
      tags: 'loading',
      invoke: {
        src: 'load',
        input: ({context}) => ({workspaceId: context.workspaceId}),
        onDone: {target: 'hot', actions: 'noteLoaded'},
        onError: {target: 'loadFailed', actions: {type: 'noteError', params: ({event}) => ({error: event.error})}},
      },
      initial: 'usual',
      states: {
        usual: {
          description: 'Loading has just begun.',
          after: {slowLoad: 'slow'},
        },
        slow: {description: 'Loading takes longer than usual; people are told.'},
      },
    },
    loadFailed: {
      description: 'It could not be read. Nothing of it is written until a load succeeds.',
      always: {guard: 'wantsRelease', target: 'leaving'},
      on: {
        'reload.requested': 'loading',
        'readOnly.requested': 'readOnly',
      },
    },
    readOnly: {
      description: 'Shown as far as it can be read, never written.',
      tags: 'readable',
      always: {guard: 'wantsRelease', target: 'leaving'},
      on: {'reload.requested': 'loading'},
    },
    leaving: {
      description: 'Not loaded for editing, and asked to leave memory.',
      initial: 'checking',
      states: {
        checking: {
          description: 'It may leave unless edits wait for a load.',
          always: [{guard: 'hasUnsaved', target: 'staying'}, {target: 'releasing'}],
        },
        releasing: {
          description: 'Nothing of it was changed. Memory is given back.',
          invoke: {
            src: 'release',
            input: ({context}) => ({workspaceId: context.workspaceId, reason: context.releaseReason}),
            onDone: '#workspace.flushed',
            onError: {target: 'staying', actions: {type: 'noteError', params: ({event}) => ({error: event.error})}},
          },
        },
        staying: {
          description: 'Edits wait for a load, so it may not leave.',
          entry: ['noteReleaseDropped', 'announceRefused'],
          always: '#workspace.loadFailed',
        },
      },
    },
    hot: {
      description: 'In memory and editable.',
      tags: 'readable',
      initial: 'deciding',
      states: {
        deciding: {
          description: 'What comes next: a release, a save that was asked for, or rest?',
          always: [
            {guard: 'wantsRelease', target: '#workspace.evicting'},
            {guard: 'isUrgent', target: 'saving'},
            {description: 'Whatever is unsaved goes on from there.', target: 'clean'},
          ],
        },
        clean: {
          description: 'Everything accepted is durable.',
          tags: 'savable',
          always: [
            {guard: 'wantsRelease', target: '#workspace.evicting'},
            {guard: 'hasUnsaved', target: 'dirty'},
          ],
          on: {
            'save.requested': {target: 'saving', actions: {type: 'noteSaveRequest', params: ({event}) => event}},
          },
        },
        dirty: {
          description: 'Edits exist only in memory. A save follows after a quiet moment, or at the longest wait.',
          tags: 'savable',
          entry: ['noteQuietAwaited', 'announceCooling'],
          always: [
            {guard: 'wantsRelease', target: '#workspace.evicting'},
            {guard: 'isUrgent', target: 'saving'},
            {guard: 'savesOnDemand', target: 'held'},
          ],
          after: {maxWait: 'saving'},
          on: {
            'save.requested': {target: 'saving', actions: {type: 'noteSaveRequest', params: ({event}) => event}},
          },
          initial: 'settling',
          states: {
            settling: {
              description:
                'Waiting for a quiet moment. Edits do not touch the timer: when it ends, it looks how quiet it was.',
              after: {
                quiet: [
                  {guard: 'wasQuiet', target: '#workspace.hot.saving'},
                  {target: 'settling', reenter: true, actions: 'noteQuietAwaitedAgain'},
                ],
              },
            },
          },
        },
        held: {
          description: 'Edits exist only in memory, and stay there until somebody asks for a save.',
          tags: 'savable',
          always: [
            {guard: 'wantsRelease', target: '#workspace.evicting'},
            {guard: 'isLive', target: 'dirty'},
          ],
          on: {
            'save.requested': {target: 'saving', actions: {type: 'noteSaveRequest', params: ({event}) => event}},
          },
        },
        saving: {
          description:
            'One save is with the writer. No outside event leaves this state: that would hide what it achieved.',
          tags: ['savable', 'saving'],
          entry: 'noteSaveStarted',
          invoke: {
            src: 'save',
            input: ({context}) => ({
              workspaceId: context.workspaceId,
              reason: context.reason,
              durability: context.durability,
            }),
            onDone: {target: 'deciding', actions: {type: 'noteSaved', params: ({event}) => ({saved: event.output})}},
            onError: [
              {
                guard: {type: 'isConflict', params: ({event}) => ({error: event.error})},
                target: 'conflicted',
                actions: {type: 'noteError', params: ({event}) => ({error: event.error})},
              },
              {
                target: 'failed',
                actions: [
                  {type: 'noteError', params: ({event}) => ({error: event.error})},
                  {type: 'announceFailed', params: ({event}) => ({error: event.error})},
                ],
              },
            ],
          },
          on: {
            'save.requested': {
              description: 'Joined: the next save follows at once and answers it.',
              actions: [
                {type: 'noteSaveRequest', params: ({event}) => event},
                {type: 'announceJoined', params: ({event}) => event},
              ],
            },
          },
        },
        failed: {
          description: 'A save failed. The work stays in memory and is tried again when storage recovers.',
          tags: 'savable',
          always: {guard: 'wantsRelease', target: '#workspace.evicting'},
          on: {
            'retry.due': {target: 'saving', actions: 'noteRetryDue'},
            'save.requested': {target: 'saving', actions: {type: 'noteSaveRequest', params: ({event}) => event}},
          },
        },
        conflicted: {
          description: 'Another tab committed first. Saving rests until a person chooses.',
          always: {
            guard: 'wantsRelease',
            target: 'conflicted',
            actions: ['noteReleaseDropped', 'announceRefused'],
          },
          on: {
            'mine.requested': 'saving',
            'theirs.requested': {
              target: '#workspace.loading',
              actions: {type: 'noteTheirs', params: ({event}) => ({isDropped: event.isDropped === true})},
            },
          },
        },
      },
    },
    evicting: {
      description: 'Leaving memory: made durable first, then released. A new wish to see it brings it back.',
      tags: ['readable', 'releasing'],
      entry: 'noteReleaseBegun',
      initial: 'awaitingReadiness',
      states: {
        awaitingReadiness: {
          description: 'Callbacks and components that hold the capture get a short, bounded wait.',
          tags: 'savable',
          invoke: {
            src: 'prepareRelease',
            input: ({context}) => ({workspaceId: context.workspaceId, reason: context.releaseReason}),
            onDone: 'saving',
            onError: {
              target: 'refused',
              actions: {type: 'noteError', params: ({event}) => ({error: event.error})},
            },
          },
        },
        saving: {
          description: 'The newest version is being flushed to disk.',
          tags: ['saving', 'savable'],
          entry: ['noteReleaseSave', 'noteSaveStarted'],
          invoke: {
            src: 'save',
            input: ({context}) => ({
              workspaceId: context.workspaceId,
              reason: context.reason,
              durability: context.durability,
            }),
            onDone: {target: 'deciding', actions: {type: 'noteSaved', params: ({event}) => ({saved: event.output})}},
            onError: [
              {
                guard: {type: 'isConflict', params: ({event}) => ({error: event.error})},
                target: '#workspace.hot.conflicted',
                actions: {type: 'noteError', params: ({event}) => ({error: event.error})},
              },
              {
                target: '#workspace.hot.failed',
                actions: [
                  {type: 'noteError', params: ({event}) => ({error: event.error})},
                  {type: 'announceFailed', params: ({event}) => ({error: event.error})},
                  'noteReleaseDropped',
                  'announceRefused',
                ],
              },
            ],
          },
          on: {
            'save.requested': {
              description: 'Joined: another save follows before anything is released.',
              actions: [
                {type: 'noteSaveRequest', params: ({event}) => event},
                {type: 'announceJoined', params: ({event}) => event},
              ],
            },
          },
        },
        deciding: {
          description: 'Is every accepted version durable, and is it still to leave?',
          always: [
            {guard: 'isUrgent', target: 'saving'},
            {guard: 'hasUnsaved', target: 'saving'},
            {guard: 'hasSetAside', target: 'refused'},
            {guard: 'wantsRelease', target: 'releasing'},
            {target: '#workspace.hot'},
          ],
        },
        releasing: {
          description: 'Everything is durable. Memory is given back, unless an edit came at the last moment.',
          invoke: {
            src: 'release',
            input: ({context}) => ({workspaceId: context.workspaceId, reason: context.releaseReason}),
            onDone: '#workspace.flushed',
            onError: [
              {
                description: 'An edit came at the last moment: it is saved first.',
                guard: 'mayDelayRelease',
                target: 'saving',
                actions: 'noteReleaseDelayed',
              },
              {target: 'refused', actions: {type: 'noteError', params: ({event}) => ({error: event.error})}},
            ],
          },
        },
        refused: {
          description: 'It may not leave now, and stays in memory.',
          entry: ['noteReleaseDropped', 'announceRefused'],
          always: '#workspace.hot',
        },
      },
    },
    flushed: {
      description: 'Durable and released. Opening it again reads it from storage.',
      type: 'final',
      entry: 'announceFlushed',
    },
  },
})
