import {useComponentState} from 'keepspace/react'
import {ListChecks, Text} from 'lucide-react'
import type {CardProps} from '../card-props.ts'
import {Checklist} from './Checklist.tsx'
import {hasChecklists, note} from './note.definition.ts'

/** A longer text with a title; in version 2 of the app also a checklist. */
export function NoteCard({componentId, isReadOnly}: CardProps) {
  const [state, set] = useComponentState(note, componentId)
  if (!state) {
    return null
  }
  const {title, text, isChecklist = false, doneLines = []} = state
  return (
    <div className="note">
      <input
        className="ghost-input note-title nodrag"
        aria-label="Title"
        placeholder="Untitled"
        value={title}
        readOnly={isReadOnly}
        onChange={(event) => set({title: event.target.value})}
      />
      {isChecklist && hasChecklists ? (
        <Checklist text={text} doneLines={doneLines} onChange={(next) => set({doneLines: next})} />
      ) : (
        <textarea
          className="note-text nodrag nowheel"
          aria-label="Text"
          placeholder="Start writing…"
          value={text}
          readOnly={isReadOnly}
          onChange={(event) => set({text: event.target.value})}
        />
      )}
      <div className="note-foot">
        <span>{countWords(text)}</span>
        {hasChecklists && (
          <button type="button" className="text-button" onClick={() => set({isChecklist: !isChecklist})}>
            {isChecklist ? <Text /> : <ListChecks />}
            {isChecklist ? 'Edit text' : 'Checklist'}
          </button>
        )}
      </div>
    </div>
  )
}

function countWords(text: string): string {
  const words = text.split(/\s+/).filter(Boolean).length
  return words === 1 ? '1 word' : `${words} words`
}
