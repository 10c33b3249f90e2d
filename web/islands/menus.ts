/**
 * Menus are disclosures that work by themselves; with a script they also close
 * on Escape, which gives the focus back, and on a click elsewhere.
 */
export function closeMenus(root: Document): void {
  const opened = () => root.querySelectorAll<HTMLDetailsElement>('details.menu[open]')
  root.addEventListener('click', (e) => {
    for (const menu of opened()) {
      if (!menu.contains(e.target as Node)) menu.open = false
    }
  })
  root.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape') return
    for (const menu of opened()) {
      const inside = menu.contains(root.activeElement)
      menu.open = false
      if (inside) menu.querySelector('summary')?.focus()
    }
  })
}
