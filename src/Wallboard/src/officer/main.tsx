import '../wall/base.css'
import './officer.css'
import { render } from 'solid-js/web'
import { language, setLanguage } from '../text/language'
import { startClock } from '../time/clock'
import { publishPalette } from '../wall/palette'
import { App } from './App'
import { Install } from './Install'

publishPalette(document.documentElement)
setLanguage(language())
startClock()
const page = location.pathname.startsWith('/m/install') ? Install : App
render(page, document.getElementById('officer')!)
