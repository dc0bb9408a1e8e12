import type {ErrorReport} from '../model/errors.ts'
import type {SessionPhase, SessionStatus} from '../model/session.ts'

/** How a session should look: in order, at work, waiting for something outside, or waiting for a person. */
export type SessionTone = 'good' | 'quiet' | 'busy' | 'waiting' | 'trouble'

/** How safe the session of an entry is, in words that a person understands. */
export type SessionWords = {
  readonly phase: SessionPhase
  readonly tone: SessionTone
  /** One to three words. */
  readonly label: string
  /** One or two sentences: what it means, and what happens next. */
  readonly sentence: string
  readonly error: ErrorReport | undefined
}

/** Says in words how a session stands. Never claims more than its status does. */
export function describeSession(status: SessionStatus): SessionWords {
  const {phase, error} = status
  return {phase, error, ...wordsOf(status)}
}

function wordsOf({phase, isBehind, isStored, error}: SessionStatus): Omit<SessionWords, 'phase' | 'error'> {
  switch (phase) {
    case 'none':
      return {tone: 'quiet', label: 'On this device', sentence: 'It was not saved to the server yet.'}
    case 'comparing':
      return {tone: 'quiet', label: 'On this device', sentence: 'It is being compared with what the server has.'}
    case 'saved':
      return isBehind
        ? newerThere
        : {tone: 'good', label: 'On the server', sentence: 'The server has everything that is here.'}
    case 'changed':
      return isBehind
        ? newerThere
        : {
            tone: 'quiet',
            label: 'On this device',
            sentence: isStored
              ? 'It has changes that the server does not have. They are safe on this device until you save.'
              : 'It has changes that the server does not have, and the newest of them are not stored on this device yet.',
          }
    case 'saving':
    case 'resolving':
      return {tone: 'busy', label: 'Sending…', sentence: 'It is on its way to the server.'}
    case 'waiting':
      return error?.code === 'server.offline'
        ? {
            tone: 'waiting',
            label: 'Offline',
            sentence: 'The server cannot be reached. Everything is kept on this device and sent later.',
          }
        : {tone: 'waiting', label: 'Server is busy', sentence: join(error, 'It is sent again in a moment.')}
    case 'paused':
      return {
        tone: 'trouble',
        label: 'Paused',
        sentence:
          error?.code === 'server.otherUser'
            ? error.sentence
            : 'You are not signed in any more. Everything is kept on this device and sent once you are.',
      }
    case 'refused':
      return {tone: 'trouble', label: 'Not accepted', sentence: join(error, 'Everything is kept on this device.')}
    case 'conflict':
      return {
        tone: 'trouble',
        label: 'Changed elsewhere',
        sentence: 'It was saved somewhere else in the meantime. Nothing is sent until you choose a version.',
      }
    case 'gone':
      return {
        tone: 'trouble',
        label: 'Deleted there',
        sentence:
          'This session no longer exists on the server. Everything is still on this device: save it as a new session, or detach it.',
      }
  }
}

const newerThere: Omit<SessionWords, 'phase' | 'error'> = {
  tone: 'trouble',
  label: 'Newer on the server',
  sentence: 'It was saved somewhere else in the meantime. Choose which version to go on with.',
}

function join(error: ErrorReport | undefined, sentence: string): string {
  return error === undefined ? sentence : `${error.sentence} ${sentence}`
}
