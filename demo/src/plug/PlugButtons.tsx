import {useShutdown} from 'keepspace/react'
import {Binary, type LucideIcon, Power, Snowflake, Trash2, Unplug, Weight, Zap} from 'lucide-react'
import {type Experiment, pullThePlug} from './experiment.ts'
import type {Pull} from './ledger.ts'

const pulls: readonly {
  readonly pull: Pull
  readonly label: string
  readonly text: string
  readonly Icon: LucideIcon
}[] = [
  {
    pull: 'kill',
    label: 'Kill the page',
    text: 'It is gone at once and hears nothing of it, then opens again. A page cannot end its own process; the tests do.',
    Icon: Zap,
  },
  {pull: 'freeze', label: 'Freeze storage', text: 'No call is answered for six seconds.', Icon: Snowflake},
  {pull: 'fill', label: 'Fill the disk', text: 'Every write is refused for six seconds: no room.', Icon: Weight},
  {pull: 'corrupt', label: 'Flip a bit', text: 'One stored record is damaged behind the app’s back.', Icon: Binary},
  {pull: 'cut', label: 'Cut the connection', text: 'The browser closes the database under the app.', Icon: Unplug},
  {pull: 'empty', label: 'Delete the database', text: 'Everything stored is gone while the app runs.', Icon: Trash2},
]

/** One button for each way to do harm. */
export function PlugButtons({experiment}: {readonly experiment: Experiment}) {
  const {shutdown, phase} = useShutdown()
  const {pending, isReady, isDead} = experiment
  const isBusy = !isReady || isDead || pending !== undefined || phase !== 'open'
  return (
    <section className="plug-section" aria-labelledby="plug-buttons">
      <h2 id="plug-buttons">Pull the plug</h2>
      <div className="plug-buttons">
        {pulls.map(({pull, label, text, Icon}) => (
          <button
            key={pull}
            type="button"
            className="plug-button"
            disabled={isBusy}
            data-active={pending?.pull === pull || undefined}
            onClick={() => void pullThePlug(pull)}
          >
            <Icon className="plug-button-icon" aria-hidden="true" />
            <span className="plug-button-label">{label}</span>
            <span className="plug-button-text">{text}</span>
          </button>
        ))}
        <button
          type="button"
          className="plug-button"
          disabled={!isReady || isDead || phase !== 'open'}
          onClick={() => void shutdown({timeoutMs: 3_000})}
        >
          <Power className="plug-button-icon" data-tone="calm" aria-hidden="true" />
          <span className="plug-button-label">Shut down</span>
          <span className="plug-button-text">
            Everything is stored within three seconds, or you are told what is not. Try it while storage is frozen.
          </span>
        </button>
      </div>
    </section>
  )
}
