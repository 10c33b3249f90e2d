/**
 * htmx's events, as they are named with the page's metaCharacter '-' (layout's
 * htmx-config): a hyphen for every colon.
 */
export const htmxEvents = {
  configRequest: 'htmx-config-request',
  beforeRequest: 'htmx-before-request',
  finallyRequest: 'htmx-finally-request',
  afterSwap: 'htmx-after-swap',
} as const
