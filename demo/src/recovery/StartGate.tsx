import {type EntryId, type ErrorReport, KeepspaceError} from 'keepspace'
import {useSessionRecovery, useSessions} from 'keepspace/react'
import {CloudOff, RotateCcw} from 'lucide-react'
import {type ReactNode, useCallback, useEffect, useState} from 'react'
import {dropParameter, readParameter} from '../app/address.ts'
import {navigate} from '../app/routes.ts'
import {startGate} from '../app/sessions.ts'
import {useDelayed} from '../app/use-delayed.ts'
import {RecoveryDialog} from './RecoveryDialog.tsx'

/** Under this a blank page is calmer than a message. */
const WORDS_AFTER_MS = 400

/** Asks about unsent work before anything is opened, and opens the session that the address names. */
export function StartGate({children}: {readonly children: ReactNode}) {
  const {phase, items} = useSessionRecovery()
  const [sessionId] = useState(() => readParameter('session'))
  const [step, setStep] = useState<'looking' | 'asking' | 'opening' | 'done'>('looking')
  const wanted = sessionId === undefined ? items : items.filter((item) => item.sessionId === sessionId)
  const isKnown = phase !== 'looking'
  if (step === 'looking' && isKnown) {
    setStep(wanted.length > 0 ? 'asking' : sessionId === undefined ? 'done' : 'opening')
  }
  const decided = useCallback(() => setStep(sessionId === undefined ? 'done' : 'opening'), [sessionId])
  const opened = useCallback((entryId?: EntryId) => {
    dropParameter('session')
    navigate(entryId === undefined ? {page: 'start'} : {page: 'entry', id: entryId}, {replace: true})
    setStep('done')
  }, [])
  useEffect(() => {
    if (step === 'done') {
      startGate.open()
    }
  }, [step])
  const isLate = useDelayed(step === 'looking' || step === 'opening', WORDS_AFTER_MS)
  if (step === 'done') {
    return children
  }
  return (
    <main className="page-center">
      {step === 'asking' && <RecoveryDialog items={wanted} onDone={decided} />}
      {step === 'looking' && isLate && <p className="page-words">Looking for unsent work…</p>}
      {step === 'opening' && sessionId !== undefined && (
        <Opening sessionId={sessionId} isLate={isLate} onOpened={opened} />
      )}
    </main>
  )
}

type OpeningProps = {
  readonly sessionId: string
  readonly isLate: boolean
  readonly onOpened: (entryId?: EntryId) => void
}

function Opening({sessionId, isLate, onOpened}: OpeningProps) {
  const sessions = useSessions()
  const [error, setError] = useState<ErrorReport>()
  const open = useCallback(
    async (request: {isCurrent: boolean}) => {
      setError(undefined)
      try {
        const entryId = await sessions.open(sessionId)
        if (request.isCurrent) {
          onOpened(entryId)
        }
      } catch (cause) {
        if (request.isCurrent) {
          setError(KeepspaceError.from(cause, 'server.offline').report)
        }
      }
    },
    [sessions, sessionId, onOpened],
  )
  useEffect(() => {
    const request = {isCurrent: true}
    void open(request)
    return () => {
      request.isCurrent = false
    }
  }, [open])
  if (error === undefined) {
    return isLate && <p className="page-words">Opening the session…</p>
  }
  return (
    <div className="notice-card" role="alert">
      <CloudOff className="notice-icon" aria-hidden="true" />
      <h1>The session could not be opened</h1>
      <p>{error.sentence}</p>
      <div className="notice-actions">
        <button type="button" className="button is-primary" onClick={() => void open({isCurrent: true})}>
          <RotateCcw /> Try again
        </button>
        <button type="button" className="button" onClick={() => onOpened()}>
          My projects
        </button>
      </div>
    </div>
  )
}
