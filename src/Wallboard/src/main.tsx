import '@fontsource-variable/noto-sans-sc/wght.css'
import './wall/base.css'
import { render } from 'solid-js/web'
import { App } from './wall/App'
import { language, setLanguage } from './text/language'
import { startClock } from './time/clock'
import { guardDoor } from './session/http'
import { publishPalette } from './wall/palette'
import { visitorsHere, withoutPeople } from './wall/visitors'

publishPalette(document.documentElement)
setLanguage(language())
startClock()
if (visitorsHere) {
  guardDoor(withoutPeople)
}
render(() => <App />, document.getElementById('wall')!)
