import type {ComponentProblem} from 'keepspace'
import {TriangleAlert} from 'lucide-react'

const whatItMeans: Record<ComponentProblem['kind'], string> = {
  setAside: 'The last version that could be saved is kept.',
  placeholder: 'It is kept exactly as it was stored.',
  readOnly: 'It can be read here, not edited.',
}

/** Says on a card what is wrong with it, and what that means. */
export function ProblemBadge({problem}: {readonly problem: ComponentProblem}) {
  return (
    <p className="problem" data-kind={problem.kind}>
      <TriangleAlert aria-hidden="true" />
      <span>
        {problem.error.sentence} {whatItMeans[problem.kind]}
      </span>
    </p>
  )
}
