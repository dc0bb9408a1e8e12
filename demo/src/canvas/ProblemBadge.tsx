import type {ComponentProblem} from 'keepspace'
import {Lock, TriangleAlert} from 'lucide-react'

const whatItMeans: Record<ComponentProblem['kind'], string> = {
  setAside: 'The last version that could be saved is kept.',
  placeholder: 'It is kept exactly as it was stored.',
  readOnly: '',
}

/** Says on a card what is wrong with it, and what that means. */
export function ProblemBadge({problem}: {readonly problem: ComponentProblem}) {
  const {kind, error} = problem
  return (
    <p className="problem" data-kind={kind}>
      {kind === 'readOnly' ? <Lock aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
      <span>
        {error.sentence} {whatItMeans[kind]}
      </span>
    </p>
  )
}
