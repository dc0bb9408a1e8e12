import type {EntryInfo} from 'keepspace'
import {type DocumentRow, useDocuments, useTemplate} from 'keepspace/react'
import {FolderPlus, LayoutTemplate, Plus} from 'lucide-react'
import {useState} from 'react'
import {navigate} from '../app/routes.ts'
import {WideDialog} from '../controls/WideDialog.tsx'
import {AskingFailed} from '../sessions/AskingFailed.tsx'
import {ChoiceList} from '../sessions/ChoiceList.tsx'
import {ContentPreview} from '../sessions/ContentPreview.tsx'
import {ReadingFailed} from '../sessions/ReadingFailed.tsx'
import {useAsking} from '../sessions/use-asking.ts'
import {dayOf} from '../storage/storage-words.ts'

type TemplateDialogProps = {
  /** The project that is shown; without one only new ones can be made. */
  readonly entry: EntryInfo | undefined
  readonly isOpen: boolean
  readonly onClose: () => void
}

const newestFirst = {sort: '-updatedAt'}

/** Templates to begin from, each as it looks: as a project of its own, or as workspaces beside others. */
export function TemplateDialog({entry, isOpen, onClose}: TemplateDialogProps) {
  return (
    <WideDialog
      isOpen={isOpen}
      onClose={onClose}
      className="history"
      title="Begin from a template"
      text="A copy is made; the template stays as it is."
      closeLabel="Close the templates"
    >
      <Templates entry={entry} onClose={onClose} />
    </WideDialog>
  )
}

function Templates({entry, onClose}: Omit<TemplateDialogProps, 'isOpen'>) {
  const {rows, phase, error, hasMore, loadMore, again} = useDocuments('templates', newestFirst)
  const [chosen, choose] = useState<string>()
  if (phase === 'failed') {
    return <ReadingFailed error={error} onRetry={again} />
  }
  if (phase === 'ready' && rows.length === 0) {
    return <NoTemplates onClose={onClose} />
  }
  const shown = rows.find(({id}) => id === chosen) ?? rows[0]
  return (
    <div className="history-columns" aria-busy={phase === 'loading'}>
      <ChoiceList
        label="Templates"
        choices={rows.map(({id, title, description, createdAt}) => ({
          key: id,
          title,
          detail: description || `Made ${dayOf(createdAt)}`,
        }))}
        chosen={shown?.id}
        onChoose={choose}
        moreLabel="More templates"
        onMore={hasMore ? loadMore : undefined}
      />
      {shown && <Template key={shown.id} template={shown} entry={entry} onClose={onClose} />}
    </div>
  )
}

type TemplateProps = {
  readonly template: DocumentRow
  readonly entry: EntryInfo | undefined
  readonly onClose: () => void
}

function Template({template, entry, onClose}: TemplateProps) {
  const {phase, value, error, again, startFrom, addTo} = useTemplate(template.id)
  const starting = useAsking(startFrom, (id) => {
    navigate({page: 'entry', id})
    onClose()
  })
  const adding = useAsking(addTo, ([first]) => {
    if (first !== undefined) {
      navigate({page: 'workspace', id: first})
    }
    onClose()
  })
  const isBusy = value === undefined || starting.isBusy || adding.isBusy
  return (
    <div className="history-shown">
      <div className="history-preview" aria-busy={phase === 'loading'}>
        {value && <ContentPreview content={value.content} />}
        {phase === 'failed' && (
          <div className="page-center">
            <ReadingFailed error={error} onRetry={again} />
          </div>
        )}
      </div>
      <AskingFailed error={starting.error ?? adding.error} />
      <div className="history-actions">
        <p className="history-detail">{template.description}</p>
        {entry && (
          <button
            type="button"
            className="button"
            disabled={isBusy || value?.content.workspaces.length === 0}
            onClick={() => void adding.ask(entry.id)}
          >
            <Plus /> Add to “{entry.title}”
          </button>
        )}
        <button type="button" className="button is-primary" disabled={isBusy} onClick={() => void starting.ask()}>
          <FolderPlus /> New project
        </button>
      </div>
    </div>
  )
}

function NoTemplates({onClose}: {readonly onClose: () => void}) {
  return (
    <div className="page-center">
      <div className="notice-card" role="status">
        <LayoutTemplate className="notice-icon" aria-hidden="true" />
        <h3>No templates yet</h3>
        <p>“Save as template” in the menu of a project keeps it, or one of its workspaces, to begin from.</p>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </div>
  )
}
