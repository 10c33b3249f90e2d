import type { Theme } from './choice'

/** The theme switch of the footer, hidden until it can work. */
export function mount(el: HTMLElement): void {
  const { acvTheme } = window
  if (!acvTheme) return // the early script was blocked: the system's theme stays
  for (const input of el.querySelectorAll<HTMLInputElement>('input[name="theme"]')) {
    input.checked = input.value === acvTheme.current()
  }
  el.addEventListener('change', (e) => acvTheme.choose((e.target as HTMLInputElement).value as Theme))
  el.hidden = false
}
