import {type ErrorReport, KeepspaceError} from 'keepspace'
import {useState} from 'react'

/** Something asked of the server in a dialog: whether it is under way, and why it failed. */
export type Asking<Input extends readonly unknown[]> = {
  readonly isBusy: boolean
  readonly error: ErrorReport | undefined
  readonly ask: (...input: Input) => Promise<void>
  readonly forget: () => void
}

/** Runs what a dialog asks for, one at a time. A failure is shown where it was asked for, with everything typed. */
export function useAsking<Input extends readonly unknown[], Output>(
  work: (...input: Input) => Promise<Output>,
  onDone: (output: Output) => void,
): Asking<Input> {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<ErrorReport>()
  const ask = async (...input: Input) => {
    if (isBusy) {
      return
    }
    setBusy(true)
    setError(undefined)
    try {
      onDone(await work(...input))
    } catch (cause) {
      setError(KeepspaceError.from(cause, 'server.offline').report)
    } finally {
      setBusy(false)
    }
  }
  return {isBusy, error, ask, forget: () => setError(undefined)}
}
