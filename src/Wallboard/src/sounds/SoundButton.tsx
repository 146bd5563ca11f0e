import { words } from '../text/language'
import { useWall } from '../wall/wall'

/** Whether alarms are heard, and the way to silence them. */
export function SoundButton() {
  const wall = useWall()
  return (
    <button
      type="button" class="quiet sound-button" data-state={wall.sounds.state()} aria-pressed={wall.sounds.state() !== 'off'} title={words().soundHint[wall.sounds.state()]}
      onClick={() => { wall.sounds.toggle() }}
    >{words().sound[wall.sounds.state()]}</button>
  )
}
