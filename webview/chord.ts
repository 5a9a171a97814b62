import { beginsChord } from './commands';

/** For so long VS Code waits for the second stroke. */
const patienceMs = 5000;

/** Leaves the second stroke of a chord to the workbench: without this it would be typed into the bytes, or into a field. */
export function leaveChords(page: Window): void {
  let begun: number | null = null;
  page.addEventListener(
    'keydown',
    (event) => {
      if (['Control', 'Shift', 'Alt', 'Meta', 'AltGraph'].includes(event.key)) return;
      const awaited = begun !== null && event.timeStamp - begun < patienceMs;
      begun = !awaited && beginsChord(event) ? event.timeStamp : null;
      if (awaited) event.preventDefault();
    },
    true,
  );
  for (const gone of ['blur', 'pointerdown'] as const)
    page.addEventListener(gone, () => (begun = null), true);
}
