import {useSignIn} from 'keepspace/react'
import {LogIn} from 'lucide-react'
import {useState} from 'react'
import {Banner} from '../status/Banner.tsx'
import {SignInDialog} from './SignInDialog.tsx'

/** The server does not know this page any more. Says that nothing is lost, and signs in again. */
export function SignInBanner() {
  const {isNeeded, signedIn} = useSignIn()
  const [isAsking, setAsking] = useState(false)
  return (
    <>
      {isNeeded && (
        <Banner
          tone="warning"
          Icon={LogIn}
          title="You are not signed in any more."
          text="Everything is kept on this device, and goes out once you are."
        >
          <button type="button" className="button is-small is-primary" onClick={() => setAsking(true)}>
            Sign in again
          </button>
        </Banner>
      )}
      <SignInDialog isOpen={isAsking} onSignedIn={signedIn} onClose={() => setAsking(false)} />
    </>
  )
}
