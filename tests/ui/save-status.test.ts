import {describe, expect, test} from 'vitest'
import {KeepspaceError} from '../../src/model/errors.ts'
import type {ComponentId, WorkspaceId} from '../../src/model/ids.ts'
import type {ComponentProblem} from '../../src/model/save.ts'
import type {WorkspaceStatus} from '../../src/model/status.ts'
import {describeSaveStatus} from '../../src/ui/save-status.ts'

const quota = new KeepspaceError('storage.quota', 'put').report
const loadFailed = new KeepspaceError('load.failed').report
const setAside: ComponentProblem = {
  componentId: 'c1' as ComponentId,
  type: 'note',
  kind: 'setAside',
  error: new KeepspaceError('value.tooLarge').report,
}

describe(describeSaveStatus.name, () => {
  test.each<[string, Partial<WorkspaceStatus>, {phase: string; label: string; sentence: string}]>([
    ['on disk only', {phase: 'cold'}, {phase: 'closed', label: 'Not open', sentence: 'It is loaded when you open it.'}],
    ['loading', {phase: 'loading'}, {phase: 'loading', label: 'Loading…', sentence: 'It is being loaded.'}],
    [
      'loading slowly with edits',
      {phase: 'loading', isSlow: true, save: 'unsaved', level: 'unsaved'},
      {phase: 'loading', label: 'Loading…', sentence: 'Loading takes longer than usual. Your changes are kept.'},
    ],
    [
      'after a failed load',
      {phase: 'loadFailed', error: loadFailed},
      {
        phase: 'loadFailed',
        label: 'Could not be loaded',
        sentence: 'The workspace could not be loaded. Nothing of it is overwritten. What is stored stays as it is.',
      },
    ],
    [
      'read only',
      {phase: 'readOnly'},
      {phase: 'readOnly', label: 'Read only', sentence: 'You can read it, but not change it.'},
    ],
    ['saved', {}, {phase: 'saved', label: 'Saved on this device', sentence: 'Everything is stored on this device.'}],
    [
      'flushed to disk',
      {level: 'flushed'},
      {
        phase: 'saved',
        label: 'Saved and flushed to disk',
        sentence: 'Everything is stored on this device and flushed to disk.',
      },
    ],
    [
      'edited',
      {save: 'unsaved', level: 'unsaved', unsavedSince: 5},
      {phase: 'unsaved', label: 'Unsaved changes', sentence: 'Your last changes are saved in a moment.'},
    ],
    [
      'being saved',
      {save: 'saving', level: 'unsaved'},
      {phase: 'saving', label: 'Saving…', sentence: 'Your last changes are being saved.'},
    ],
    [
      'being saved before it leaves memory',
      {phase: 'evicting', save: 'saving', level: 'unsaved'},
      {phase: 'saving', label: 'Saving…', sentence: 'Your last changes are being saved.'},
    ],
    [
      'saved in a storage that is not yet checked',
      {level: 'unsaved'},
      {
        phase: 'checking',
        label: 'Checking…',
        sentence: 'Storage on this device is being checked. Your changes are in it.',
      },
    ],
    [
      'not saved because the device is full',
      {save: 'failed', level: 'unsaved', error: quota},
      {
        phase: 'failed',
        label: 'Not saved',
        sentence:
          'This device has no room left for this app. Your changes are kept in this tab until they can be saved.',
      },
    ],
    [
      'changed by another tab',
      {save: 'conflict', level: 'unsaved'},
      {
        phase: 'conflict',
        label: 'Changed elsewhere',
        sentence: 'It was changed somewhere else in the meantime. Choose which version to keep.',
      },
    ],
    [
      'saved except one part',
      {save: 'unsaved', level: 'unsaved', problems: [setAside]},
      {
        phase: 'partlySaved',
        label: 'Partly saved',
        sentence: 'One part cannot be saved as it is now. Its last saved version is kept.',
      },
    ],
    [
      'saved except two parts',
      {problems: [setAside, setAside, {...setAside, kind: 'placeholder'}]},
      {
        phase: 'partlySaved',
        label: 'Partly saved',
        sentence: '2 parts cannot be saved as they are now. Their last saved versions are kept.',
      },
    ],
    [
      'edited while one part cannot be saved',
      {save: 'unsaved', level: 'unsaved', unsavedSince: 5, problems: [setAside]},
      {phase: 'unsaved', label: 'Unsaved changes', sentence: 'Your last changes are saved in a moment.'},
    ],
    [
      'saved with a part that cannot be read',
      {problems: [{...setAside, kind: 'placeholder'}]},
      {phase: 'saved', label: 'Saved on this device', sentence: 'Everything is stored on this device.'},
    ],
    ...(['saved', 'unsaved', 'saving'] as const).map(
      (save): [string, Partial<WorkspaceStatus>, {phase: string; label: string; sentence: string}] => [
        `${save} in a storage that is gone with the page`,
        {save, level: 'unsaved', isPersistent: false, unsavedSince: 5},
        {
          phase: 'memoryOnly',
          label: 'Only in memory',
          sentence: 'Storage on this device cannot be used. Everything is lost when this page is closed.',
        },
      ],
    ),
  ])('says in words what it means to be %s', (_, overrides, words) => {
    const status = statusOf(overrides)
    const {level, error, isPersistent, lastSavedAt} = status
    expect(describeSaveStatus(status)).toEqual({...words, level, error, isPersistent, lastSavedAt})
  })
})

function statusOf(overrides: Partial<WorkspaceStatus>): WorkspaceStatus {
  return {
    id: 'w1' as WorkspaceId,
    phase: 'hot',
    isSlow: false,
    save: 'saved',
    level: 'onDevice',
    isPersistent: true,
    isVisible: true,
    editing: 'nobody',
    revision: 3,
    unsavedSince: undefined,
    lastSavedAt: 1_000,
    componentCount: 2,
    runningCount: 0,
    operations: [],
    waitingOperations: [],
    isPinned: false,
    problems: [],
    error: undefined,
    ...overrides,
  }
}
