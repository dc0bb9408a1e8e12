import {assertSame} from '../same.ts'
import {isSetAside, statusFor, type WorkspaceSnapshot} from '../workspace-situations.ts'
import type {Seen} from './demo-page.ts'

/** What a person must see in each situation of a workspace that is open in the demo. */
export function assertScreen(snapshot: WorkspaceSnapshot, seen: Seen, note: string): void {
  if (snapshot.matches('cold')) {
    assertSame('tabs where no workspace is shown', seen.tabs, [])
    return
  }
  const {phase, save} = statusFor(snapshot)
  const isShown = phase === 'hot' || phase === 'evicting' || phase === 'readOnly'
  assertSame('headline', seen.headline, phase === 'loadFailed' ? 'This workspace did not load' : undefined)
  assertSame('what waits for a load', seen.skeleton, skeletonFor(snapshot))
  assertSame('banners', seen.banners, bannersFor(phase, save))
  assertSame('cards that cannot be edited', seen.isReadOnly, phase === 'readOnly' && seen.notes.length > 0)
  if (isShown && phase !== 'readOnly') {
    assertSame('the note', seen.notes, [note])
    assertSame('warnings on the card', seen.badges, isSetAside(snapshot) ? ['setAside'] : [])
  }
  // The canvas itself says so where there is nothing to be safe.
  const indicated = phase === 'readOnly' ? phase : isShown ? savedWord(snapshot, save) : undefined
  if (seen.indicator !== indicated && !mayLag(seen.indicator, indicated)) {
    assertSame('the word about its safety', seen.indicator, indicated)
  }
}

function savedWord(snapshot: WorkspaceSnapshot, save: string): string {
  return isSetAside(snapshot) && save !== 'saving' && save !== 'failed' ? 'partlySaved' : save
}

/** Short saves and their good ends show a moment later: see `calmSaveStatus`. */
function mayLag(shown: string | undefined, next: string | undefined): boolean {
  return next === 'saving' || (next === 'saved' && (shown === 'unsaved' || shown === 'saving'))
}

function skeletonFor(snapshot: WorkspaceSnapshot): string | undefined {
  if (snapshot.matches({loading: 'slow'})) {
    return 'Still loading. Nothing is lost.'
  }
  const {phase} = statusFor(snapshot)
  return phase === 'loading' || phase === 'cold' ? 'Loading…' : undefined
}

function bannersFor(phase: string, save: string): readonly string[] {
  const troubles = {failed: 'Not saved.', conflict: 'Changed somewhere else.'}
  return [
    ...(save in troubles && phase !== 'cold' ? [troubles[save as keyof typeof troubles]] : []),
    ...(phase === 'readOnly' ? ['Read-only.'] : []),
  ]
}
