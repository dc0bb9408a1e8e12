import type {QuarantineItem} from 'keepspace'
import {useKeepspace, useKeepspaceEvent} from 'keepspace/react'
import {Download, FileWarning, X} from 'lucide-react'
import {useCallback, useEffect, useState} from 'react'
import {attempt} from '../app/attempt.ts'
import {saveFile} from './save-file.ts'
import {dayOf, sizeOf} from './storage-words.ts'

const reasons: Record<QuarantineItem['reason'], string> = {
  checksum: 'its bytes changed after it was written',
  json: 'its text is cut or garbled',
  shape: 'it is not what it should be',
  format: 'a newer version of the app wrote it',
}

/** Damaged parts, as they were found. Nothing when there are none. */
export function QuarantineList({onChanged}: {readonly onChanged: () => void}) {
  const {quarantine} = useKeepspace()
  const [items, setItems] = useState<readonly QuarantineItem[]>([])
  const refresh = useCallback(
    async () => setItems((await attempt('The quarantine could not be read', quarantine.list())) ?? []),
    [quarantine],
  )
  useEffect(() => void refresh(), [refresh])
  useKeepspaceEvent('records_quarantined', () => void refresh())

  const discard = async (id: string) => {
    await attempt('It could not be discarded', quarantine.discard(id))
    await refresh()
    onChanged()
  }
  const download = async (id: string) => {
    const file = await attempt('It could not be exported', quarantine.export(id))
    if (file !== undefined) {
      saveFile(file.name, file.blob)
    }
  }
  if (items.length === 0) {
    return null
  }
  return (
    <section aria-labelledby="storage-quarantine">
      <h2 id="storage-quarantine" className="section-title">
        In quarantine
      </h2>
      <ul className="trash-list">
        {items.map(({id, key, reason, bytes, quarantinedAt}) => (
          <li key={id} className="trash-item">
            <FileWarning className="trash-icon" aria-hidden="true" />
            <div className="trash-words">
              <span className="trash-title">{key}</span>
              <span className="trash-detail">
                {reasons[reason]} · {sizeOf(bytes)} · found {dayOf(quarantinedAt)}
              </span>
            </div>
            <button
              type="button"
              className="button is-small"
              aria-label={`Export ${key}`}
              onClick={() => void download(id)}
            >
              <Download /> Export
            </button>
            <button
              type="button"
              className="icon-button"
              aria-label={`Discard ${key}`}
              onClick={() => void discard(id)}
            >
              <X />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
