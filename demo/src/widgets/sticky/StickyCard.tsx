import {useComponentState} from 'keepspace/react'
import type {CardProps} from '../card-props.ts'
import {StickyExtras} from './StickyExtras.tsx'
import {hasPinsAndTags, sticky, stickyColours} from './sticky.definition.ts'

/** A coloured note for a thought. */
export function StickyCard({componentId, isReadOnly}: CardProps) {
  const [state, set] = useComponentState(sticky, componentId)
  if (!state) {
    return null
  }
  return (
    <div className="sticky" data-colour={state.colour}>
      <textarea
        className="sticky-text nodrag nowheel"
        aria-label="Sticky note"
        placeholder="Write something…"
        value={state.text}
        readOnly={isReadOnly}
        onChange={(event) => set({text: event.target.value})}
      />
      {hasPinsAndTags && <StickyExtras state={state} set={set} />}
      <fieldset className="sticky-colours nodrag">
        <legend className="visually-hidden">Colour</legend>
        {stickyColours.map((colour) => (
          <label key={colour} className="sticky-swatch" data-colour={colour} title={colour}>
            <input
              type="radio"
              className="visually-hidden"
              name={`colour-${componentId}`}
              aria-label={colour}
              checked={state.colour === colour}
              onChange={() => set({colour})}
            />
          </label>
        ))}
      </fieldset>
    </div>
  )
}
