import {Pin} from 'lucide-react'
import type {StickyState} from './sticky.definition.ts'

type StickyExtrasProps = {
  readonly state: StickyState
  readonly set: (change: Partial<StickyState>) => void
}

/** What version 2 of the app adds to a sticky note: a pin and tags. */
export function StickyExtras({state, set}: StickyExtrasProps) {
  const isPinned = typeof state.pinnedAt === 'number'
  return (
    <div className="sticky-extras nodrag">
      <input
        className="ghost-input sticky-tags"
        aria-label="Tags"
        placeholder="tags, with commas"
        defaultValue={(state.tags ?? []).join(', ')}
        key={(state.tags ?? []).join(', ')}
        onBlur={(event) => set({tags: split(event.target.value)})}
      />
      <button
        type="button"
        className="round-button"
        aria-label="Pin"
        aria-pressed={isPinned}
        onClick={() => set({pinnedAt: isPinned ? null : Date.now()})}
      >
        <Pin />
      </button>
    </div>
  )
}

function split(text: string): readonly string[] {
  return text
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)
}
