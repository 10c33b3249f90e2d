export type Theme = 'auto' | 'light' | 'dark'

const key = 'acv-theme'

/** What the person chose; "auto" when nothing, or when storage is refused. */
export function storedTheme(storage: () => Storage = () => localStorage): Theme {
  try {
    const value = storage().getItem(key)
    return value === 'light' || value === 'dark' ? value : 'auto'
  } catch {
    return 'auto'
  }
}

/** Keeps the choice where the browser lets us. */
export function storeTheme(theme: Theme, storage: () => Storage = () => localStorage): void {
  try {
    if (theme === 'auto') storage().removeItem(key)
    else storage().setItem(key, theme)
  } catch {
    // Private windows may refuse: the choice holds for this page.
  }
}

/** Applies the choice; styles follow the attribute, or the system without it. */
export function applyTheme(theme: Theme, root: HTMLElement): void {
  if (theme === 'auto') delete root.dataset.theme
  else root.dataset.theme = theme
}
