import {KeepspaceError} from 'keepspace'
import {toast} from 'sonner'

/** Waits for something a person asked for. When it fails they read why; the promise itself never rejects. */
export async function attempt<Value>(what: string, work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work
  } catch (cause) {
    toast.error(what, {description: sentenceFor(cause)})
    return undefined
  }
}

/** The sentence a person reads about anything that was thrown. */
function sentenceFor(cause: unknown): string {
  return cause instanceof KeepspaceError ? cause.report.sentence : 'Something unexpected happened.'
}
