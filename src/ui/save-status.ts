import type {ErrorReport} from '../model/errors.ts'
import {type SafetyLevel, safetyWords} from '../model/save.ts'
import type {WorkspaceStatus} from '../model/status.ts'

/**
 * What a person has to know about one workspace, in one word for styling.
 *
 * - `partlySaved`: saved, except parts whose newest value cannot be saved
 * - `checking`: saved, but storage has not yet mended itself after its start or after a failure
 * - `memoryOnly`: everything is in order, but gone with the page
 * - `closed`: not in memory
 */
export type SaveStatusPhase =
  | 'closed'
  | 'loading'
  | 'loadFailed'
  | 'readOnly'
  | 'saved'
  | 'partlySaved'
  | 'checking'
  | 'memoryOnly'
  | 'unsaved'
  | 'saving'
  | 'failed'
  | 'conflict'

/** How safe a workspace is, in words that a person understands. */
export type SaveStatusView = {
  readonly phase: SaveStatusPhase
  readonly level: SafetyLevel
  /** One to three words. */
  readonly label: string
  /** One or two sentences: what it means, and what happens next. */
  readonly sentence: string
  readonly error: ErrorReport | undefined
  readonly isPersistent: boolean
  /** Milliseconds since 1970. */
  readonly lastSavedAt: number | undefined
}

const labels: Record<SaveStatusPhase, string> = {
  closed: 'Not open',
  loading: 'Loading…',
  loadFailed: 'Could not be loaded',
  readOnly: 'Read only',
  saved: safetyWords.onDevice.label,
  partlySaved: 'Partly saved',
  checking: 'Checking…',
  memoryOnly: 'Only in memory',
  unsaved: safetyWords.unsaved.label,
  saving: 'Saving…',
  failed: 'Not saved',
  conflict: 'Changed elsewhere',
}

/** Says in words how safe a workspace is. Never claims more than its status does. */
export function describeSaveStatus(status: WorkspaceStatus): SaveStatusView {
  const phase = phaseOf(status)
  const {level, error, isPersistent, lastSavedAt} = status
  return {
    phase,
    level,
    label: phase === 'saved' ? safetyWords[level].label : labels[phase],
    sentence: sentenceFor(phase, status),
    error,
    isPersistent,
    lastSavedAt,
  }
}

function phaseOf(status: WorkspaceStatus): SaveStatusPhase {
  switch (status.phase) {
    case 'cold':
      return 'closed'
    case 'loading':
    case 'loadFailed':
    case 'readOnly':
      return status.phase
    case 'hot':
    case 'evicting':
      return savePhaseOf(status)
  }
}

function savePhaseOf({save, level, isPersistent, problems, unsavedSince}: WorkspaceStatus): SaveStatusPhase {
  if (save === 'failed' || save === 'conflict') {
    return save
  }
  if (!isPersistent) {
    return 'memoryOnly'
  }
  const isAtRest = save === 'saved' || (save === 'unsaved' && unsavedSince === undefined)
  if (isAtRest && problems.some(({kind}) => kind === 'setAside')) {
    return 'partlySaved'
  }
  return save === 'saved' && level === 'unsaved' ? 'checking' : save
}

function sentenceFor(phase: SaveStatusPhase, {isSlow, level, error, problems}: WorkspaceStatus): string {
  switch (phase) {
    case 'closed':
      return 'It is loaded when you open it.'
    case 'loading':
      return isSlow ? 'Loading takes longer than usual. Your changes are kept.' : 'It is being loaded.'
    case 'loadFailed':
      return join(error?.sentence, 'What is stored stays as it is.')
    case 'readOnly':
      return join(error?.sentence, 'You can read it, but not change it.')
    case 'saved':
      return safetyWords[level].sentence
    case 'partlySaved':
      return partlySavedSentence(problems.filter(({kind}) => kind === 'setAside').length)
    case 'checking':
      return 'Storage on this device is being checked. Your changes are in it.'
    case 'memoryOnly':
      return 'Storage on this device cannot be used. Everything is lost when this page is closed.'
    case 'unsaved':
      return safetyWords.unsaved.sentence
    case 'saving':
      return 'Your last changes are being saved.'
    case 'failed':
      return join(error?.sentence, 'Your changes are kept in this tab until they can be saved.')
    case 'conflict':
      return 'It was changed somewhere else in the meantime. Choose which version to keep.'
  }
}

function partlySavedSentence(count: number): string {
  return count === 1
    ? 'One part cannot be saved as it is now. Its last saved version is kept.'
    : `${count} parts cannot be saved as they are now. Their last saved versions are kept.`
}

function join(reason: string | undefined, sentence: string): string {
  return reason === undefined ? sentence : `${reason} ${sentence}`
}
