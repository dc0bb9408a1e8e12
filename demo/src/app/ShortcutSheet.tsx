import {WideDialog} from '../controls/WideDialog.tsx'
import {shortcutGroups} from './shortcuts.ts'

type ShortcutSheetProps = {
  readonly isOpen: boolean
  readonly onOpenChange: (isOpen: boolean) => void
}

const mod = /mac|iphone|ipad/i.test(navigator.userAgent) ? '⌘' : 'Ctrl'

/** All keys at a glance. */
export function ShortcutSheet({isOpen, onOpenChange}: ShortcutSheetProps) {
  return (
    <WideDialog isOpen={isOpen} onClose={() => onOpenChange(false)} title="Keyboard shortcuts" closeLabel="Close">
      <div className="shortcut-groups">
        {shortcutGroups.map(({title, shortcuts}) => (
          <section key={title}>
            <h3 className="section-title">{title}</h3>
            <dl className="shortcuts">
              {shortcuts.map(({keys, action}) => (
                <div key={keys}>
                  <dt>{action}</dt>
                  <dd>
                    {keys
                      .split(' ')
                      .filter(Boolean)
                      .map((key) => (
                        <Key key={key} name={key} />
                      ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </WideDialog>
  )
}

function Key({name}: {readonly name: string}) {
  return name === '–' ? '–' : <kbd>{name === 'Mod' ? mod : name}</kbd>
}
