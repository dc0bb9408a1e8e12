import {Popover} from '@base-ui/react/popover'
import {Switch} from '@base-ui/react/switch'
import type {WorkspaceId} from 'keepspace'
import {type SessionTone, useServerSave, useServerSaves, useSession, useWorkspaceStatus} from 'keepspace/react'
import {Bookmark, Cloud, HardDrive, type LucideIcon, Send} from 'lucide-react'
import {useAutoSend} from './use-auto-send.ts'

type SavePlacesProps = {
  readonly id: WorkspaceId
  readonly entryId: string
  /** How it stands on this device. */
  readonly device: {readonly label: string; readonly sentence: string}
}

/** Everywhere a workspace is kept, one after the other: this device, the server, the session of its project. */
export function SavePlaces({id, entryId, device}: SavePlacesProps) {
  const {status, words: session} = useSession(entryId)
  const {words} = useServerSave(id)
  const {unsent, flush} = useServerSaves()
  const [isSent, send] = useAutoSend(id)
  const {level} = useWorkspaceStatus(id)
  const here = level === 'onServer' ? onDevice : device
  const waiting = unsent.length
  return (
    <>
      <Popover.Title className="popover-title">Where it is kept</Popover.Title>
      <ol className="places">
        <Place Icon={HardDrive} name="This device" label={here.label} sentence={here.sentence} />
        <Place
          Icon={Cloud}
          name="The server"
          label={isSent ? words.label : 'Not sent by itself'}
          sentence={isSent ? words.sentence : 'Nothing of this workspace goes to the server unless you say so.'}
          {...(isSent && {tone: words.tone})}
        />
        {status.phase !== 'none' && (
          <Place
            Icon={Bookmark}
            name={`Session “${status.title ?? ''}”`}
            label={session.label}
            sentence={session.sentence}
            tone={session.tone}
          />
        )}
      </ol>
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch inside is the control */}
      <label className="places-switch">
        <span>
          Send to the server by itself
          <small>Saved here first. Nobody waits for the network.</small>
        </span>
        <Switch.Root className="switch" checked={isSent} onCheckedChange={send}>
          <Switch.Thumb className="switch-thumb" />
        </Switch.Root>
      </label>
      {waiting > 0 && (
        <p className="places-waiting">
          <span role="status">
            {waiting === 1 ? '1 workspace waits' : `${waiting} workspaces wait`} for the server.
          </span>
          <button type="button" className="button is-small" onClick={() => void flush()}>
            <Send /> Send now
          </button>
        </p>
      )}
    </>
  )
}

/** What the server has is here too. */
const onDevice = {label: 'Saved on this device', sentence: 'Everything is stored on this device.'}

type PlaceProps = {
  readonly Icon: LucideIcon
  readonly name: string
  readonly label: string
  readonly sentence: string
  readonly tone?: SessionTone
}

function Place({Icon, name, label, sentence, tone}: PlaceProps) {
  return (
    <li className="place" data-tone={tone}>
      <Icon aria-hidden="true" />
      <div>
        <p className="place-name">
          {name} <strong>{label}</strong>
        </p>
        <p className="place-words">{sentence}</p>
      </div>
    </li>
  )
}
