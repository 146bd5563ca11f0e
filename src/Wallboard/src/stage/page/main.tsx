import '@fontsource-variable/noto-sans-sc/wght.css'
import '../../wall/base.css'
import { render } from 'solid-js/web'
import { SignedIn } from '../../session/SignedIn'
import { language, setLanguage } from '../../text/language'
import { startClock } from '../../time/clock'
import { publishPalette } from '../../wall/palette'
import { StagePage } from './StagePage'

publishPalette(document.documentElement)
setLanguage(language())
startClock()
render(() => <SignedIn>{(session, onLeave) => <StagePage session={session} onLeave={onLeave} />}</SignedIn>, document.getElementById('wall')!)
