import type {UnsentWork} from '../sessions.ts'

/** Why the server does not have something as it is here, as a person understands it. */
export function describeUnsent(work: UnsentWork): string {
  if (work.kind === 'session') {
    return work.error === undefined
      ? 'A session with changes that were not saved to the server.'
      : `A session with changes that did not arrive. ${work.error.sentence}`
  }
  if (work.kind === 'deletion') {
    return 'Deleted here, and still on the server.'
  }
  if (work.kind === 'unreadable') {
    return 'A part that is damaged on this device. It is not known whether the server has it.'
  }
  switch (work.reason) {
    case 'unsaved':
      return 'A workspace with changes that could not even be stored on this device.'
    case 'onDeviceOnly':
      return 'A workspace that is on this device only.'
    case 'waiting':
      return 'A workspace that waits to be sent.'
    case 'conflict':
      return 'A workspace that was also changed elsewhere. Choose a version to send it.'
    case 'refused':
      return 'A workspace that the server did not accept.'
  }
}
