import type {ErrorReport} from '../model/errors.ts'
import {type SafetyLevel, safetyWords} from '../model/save.ts'
import type {ServerSavesSnapshot, UnsentWorkspace} from '../model/server-saves.ts'
import type {SessionTone} from './session-words.ts'

/** How saving to the server fares, in words that a person understands. */
export type ServerSaveWords = {
  readonly tone: SessionTone
  /** One to three words. */
  readonly label: string
  /** One or two sentences: what it means, and what happens next. */
  readonly sentence: string
}

/** Says in words how all workspaces stand that are saved to a server. */
export function describeServerSaves(snapshot: ServerSavesSnapshot): ServerSaveWords {
  const {unsent} = snapshot
  const stuck = unsent.find(({reason}) => reason !== 'waiting')
  if (snapshot.phase === 'idle' && stuck === undefined && snapshot.unstored.length > 0) {
    return {tone: 'quiet', ...safetyWords.unsaved}
  }
  if (snapshot.phase === 'idle') {
    return stuck === undefined ? everythingThere : describeServerSave(snapshot, stuck, 'onDevice')
  }
  return wordsOfWaiting(snapshot, unsent.length === 1 ? '1 workspace' : `${unsent.length} workspaces`)
}

/**
 * Says in words how one workspace stands. Never claims that the server has it before its level says so.
 *
 * @param unsent - what the snapshot says of it, undefined when it does not name it
 */
export function describeServerSave(
  snapshot: ServerSavesSnapshot,
  unsent: UnsentWorkspace | undefined,
  level: SafetyLevel,
): ServerSaveWords {
  if (unsent === undefined) {
    return level === 'onServer' ? {tone: 'good', ...safetyWords.onServer} : {tone: 'quiet', ...safetyWords[level]}
  }
  switch (unsent.reason) {
    case 'conflict':
      return {
        tone: 'trouble',
        label: 'Changed elsewhere',
        sentence: 'It was saved somewhere else in the meantime. Nothing is sent until you choose a version.',
      }
    case 'refused':
      return {
        tone: 'trouble',
        label: 'Not accepted',
        sentence: join(unsent.error, 'Everything is kept on this device.'),
      }
    case 'waiting':
      return wordsOfWaiting(snapshot, 'It')
  }
}

const everythingThere: ServerSaveWords = {
  tone: 'good',
  label: 'On the server',
  sentence: 'The server has everything that is saved to it.',
}

function wordsOfWaiting({phase, unsent, error}: ServerSavesSnapshot, what: string): ServerSaveWords {
  const others = unsent.length > 1 ? ` ${unsent.length} workspaces wait.` : ''
  const is = what === 'It' || unsent.length === 1 ? 'is' : 'are'
  switch (phase) {
    case 'starting':
    case 'idle':
    case 'closed':
      return {tone: 'quiet', label: 'On this device', sentence: `${what} ${is} safe on this device and sent later.`}
    case 'gathering':
    case 'sending':
      return {
        tone: 'busy',
        label: 'Sending…',
        sentence: `${what} ${is} safe on this device and on the way to the server.${others}`,
      }
    case 'waiting':
      return error?.code === 'server.offline'
        ? {
            tone: 'waiting',
            label: 'Offline',
            sentence: `${what} ${is} kept on this device and sent when the server can be reached.${others}`,
          }
        : {tone: 'waiting', label: 'Server is busy', sentence: join(error, `It is sent again in a moment.${others}`)}
    case 'paused.unauthorized':
      return {
        tone: 'trouble',
        label: 'Paused',
        sentence: `${error?.code === 'server.otherUser' ? error.sentence : 'You are not signed in any more.'} ${what} ${is} kept on this device and sent once you are.${others}`,
      }
  }
}

function join(error: ErrorReport | undefined, sentence: string): string {
  return error === undefined ? sentence : `${error.sentence} ${sentence}`
}
