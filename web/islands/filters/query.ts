/** The filters that are set, in the order of the form: "essence=Platane&etat=bon". */
export function queryOf(entries: Iterable<[string, FormDataEntryValue]>): string {
  const query = new URLSearchParams()
  for (const [name, value] of entries) {
    if (typeof value === 'string' && value.trim() !== '') query.append(name, value)
  }
  return query.toString()
}

/** Calls at most once per pause of typing. */
export function debounce(call: () => void, milliseconds: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  return () => {
    clearTimeout(timer)
    timer = setTimeout(call, milliseconds)
  }
}
