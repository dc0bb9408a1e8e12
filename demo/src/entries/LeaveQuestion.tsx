import type {EntrySwitch} from 'keepspace'
import {useKeepspace} from 'keepspace/react'
import {useEffect, useState} from 'react'
import {ConfirmDialog} from '../controls/ConfirmDialog.tsx'

type Question = Extract<EntrySwitch, {status: 'needsConsent'}>

/** Tells Keepspace in which project a person is, and asks before work is stopped that would have to begin again. */
export function LeaveQuestion({entryId}: {readonly entryId: string | undefined}) {
  const keepspace = useKeepspace()
  const [question, ask] = useState<Question | undefined>()
  useEffect(() => {
    if (entryId !== undefined) {
      void keepspace.activateEntry(entryId).then((outcome) => outcome.status === 'needsConsent' && ask(outcome))
    }
  }, [keepspace, entryId])
  const names = [...new Set(question?.operations.map(({name}) => name))].join(', ')
  return (
    <ConfirmDialog
      isOpen={question !== undefined}
      title="Stop what is running?"
      text={`In the project you leave something is still running (${names}) and would have to begin again.`}
      action="Stop it"
      onConfirm={() => question && void keepspace.activateEntry(question.entryId, {stopsWork: true})}
      onClose={() => ask(undefined)}
    />
  )
}
