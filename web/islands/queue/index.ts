/**
 * Keys of a list to moderate. They work while the focus is in the list and
 * outside fields of text (WCAG 2.1.4): J and K move, X ticks, A accepts what is
 * ticked.
 */
export function mount(form: HTMLElement): void {
  const items = [...form.querySelectorAll<HTMLElement>('[data-queue-item]')]
  const help = form.querySelector<HTMLElement>('[data-queue-keys]')
  if (help) help.hidden = false
  const link = (item?: HTMLElement) => item?.querySelector<HTMLAnchorElement>('h2 a')
  form.addEventListener('keydown', (e) => {
    const target = e.target as HTMLElement
    if (e.ctrlKey || e.metaKey || e.altKey || target.matches('input:not([type="checkbox"]), textarea, select')) return
    const at = items.findIndex((i) => i.contains(target))
    if (at < 0) return
    const keys: Record<string, () => void> = {
      j: () => link(items[at + 1])?.focus(),
      k: () => link(items[at - 1])?.focus(),
      x: () => items[at]?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click(),
      a: () => form.querySelector<HTMLButtonElement>('button[value="accept"]')?.click(),
    }
    const act = keys[e.key.toLowerCase()]
    if (!act) return
    e.preventDefault()
    act()
  })
}
